"""An export target of a task: read back from what is stored, and told without its credentials."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.urls import authority_of
from workers.errors import NotAvailable
from workers.secrets import decrypt


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """``kind`` is a key of ``registry.EXPORTS``; ``options`` hold credentials in clear."""

    kind: str
    options: Mapping[str, str] = field(repr=False)

    @property
    def shown(self) -> str:
        """Return the target as lists and logs show it: ``s3://bucket/folder``."""
        place = "/".join(self.options.get(name, "").strip("/") for name in ("bucket", "folder"))
        return f"{self.kind}://{place.strip('/')}"

    @property
    def host(self) -> str:
        """Return what a slow target would hold up: its endpoint, or all targets of its kind."""
        return f"{self.kind}:{authority_of(self.options.get('endpoint', ''))}"


def opened(token: str, secret_key: str) -> Target:
    """Return the target stored as ``token``; raises ``NotAvailable`` if it can't be read."""
    stored = json.loads(decrypt(token, secret_key))
    if not isinstance(stored, dict) or not isinstance(stored.get("type"), str):
        raise NotAvailable("The stored export target can't be read.")
    options = {str(name): str(value) for name, value in stored.items() if name != "type"}
    return Target(kind=stored["type"], options=options)
