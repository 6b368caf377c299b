"""What one case gives its actors: who they are, where the site is, what they remember."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.site import truth

SHOP = truth.Shop(2, 3)
PAGES = 2 + 6
PRICE = 50  # thousandths of a credit


@dataclass(frozen=True, kw_only=True)
class CrashCase:
    """A case, as it is told to each of its actors. ``memory`` outlives them, as a client does."""

    scenario: str
    crashpoint: str
    mark: str
    account_id: str
    api_key: str
    site: str
    hook: str
    target: dict[str, str]
    memory: str
    passed: str = ""
    """Where to write the points that were passed, when nobody is to die."""

    def told(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self))

    def envelope(self, **more: Any) -> dict[str, Any]:
        """Return the task that the scenarios run: a shop with details, a webhook, an export."""
        payload = truth.payload(SHOP, self.site)
        return {"payload": payload, "webhook": self.hook, "export": [self.target], **more}


@dataclass
class ClientMemory:
    """What a client knows for sure: the answers that it got, kept in a file."""

    file: Path
    known: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.file.exists():
            self.known = json.loads(self.file.read_text(encoding="utf-8"))

    def once(self, name: str, call: Callable[[], Any]) -> Any:
        """Return what ``call`` gave, now or in an earlier life."""
        if name not in self.known:
            self.known[name] = call()
            self.file.write_text(json.dumps(self.known), encoding="utf-8")
        return self.known[name]
