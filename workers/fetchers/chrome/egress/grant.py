"""One browser context's right to the network, and what is known of its use."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from workers import errors
from workers.net.guard import Networks

MOST_REFUSALS = 500  # how many hosts' refusals one context remembers


@dataclass(slots=True, kw_only=True)
class EgressGrant:
    """One browser context's right to pass.

    ``wire_bytes`` counts what came in for it, ``explained`` how much of that its pages' own events
    account for; ``listeners`` are called whenever more came.
    """

    networks: Networks
    upstream: str = ""
    user: str = field(default_factory=lambda: secrets.token_hex(8))
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    wire_bytes: int = 0
    explained: int = 0
    listeners: set[Callable[[], None]] = field(default_factory=set)
    refusals: dict[tuple[str, int], errors.FetchError] = field(default_factory=dict)

    def count(self, size: int) -> None:
        """Count bytes from outside."""
        self.wire_bytes += size
        for listener in tuple(self.listeners):
            listener()

    @property
    def unexplained(self) -> int:
        """Bytes that no page's events account for: of workers, mostly."""
        return self.wire_bytes - self.explained

    def remember(self, host: str, port: int, error: errors.FetchError) -> None:
        """Keep why ``host`` was not reached, for Chromium only tells that it was not."""
        if len(self.refusals) >= MOST_REFUSALS:
            self.refusals.pop(next(iter(self.refusals)))
        self.refusals[host, port] = error
