"""A process of a small shop, whose pages a test answers as many at a time as it likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.builders.answered import answering
from tests.builders.recoveries import Stopped


@dataclass
class ShopRun(Stopped):
    """``site``: URL → HTML, what is not in it is a 404."""

    site: Mapping[str, str] = field(default_factory=dict)

    def step(self, pages: int = 1) -> int:
        """Answer up to so many pages; returns how many there were."""
        return len(self.fetch(answering(self.payload, self.site), pages=pages))

    def finish(self, pages: int = 4) -> bytes:
        """Answer the rest, and return the results file."""
        while self.row().open_pages:
            self.step(pages)
        return self.publish()
