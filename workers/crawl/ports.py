"""What a slice needs from outside: pages, a place to commit, a fetcher, and politeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from schemas.slice import Batch, Claim
from workers.fetchers.base import Fetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """Settings of a slice. Times are seconds; ``in_flight`` is pages at once."""

    queue: str
    seconds: float
    in_flight: int
    retries: int
    backoff: float
    timeout: float
    max_bytes: int
    extract_seconds: float
    host_concurrency: int
    host_delay: float
    respect_robots: bool
    user_agent: str
    robots_agent: str
    fallback: bool


class Ports(Protocol):
    """What is outside of one slice. Every method may raise ``StaleSlice``: then all is void."""

    fetcher: Fetcher
    asker: Fetcher
    """Asks for robots.txt: plain HTTP also where pages are shown in a browser."""

    def claim(self, limit: int, *, idle: bool) -> Claim:
        """Claim up to ``limit`` pages; ``idle``: nothing is in flight."""
        ...

    def commit(self, batch: Batch) -> Claim | None:
        """Write ``batch`` and claim its ``limit`` pages (0: None) in one go, all or nothing."""
        ...

    def admit(self, page_ids: Sequence[int], *, again: bool = False) -> None:
        """Count requests before they leave: of pages that robots.txt allows, or second ones."""
        ...

    def slots(self, wanted: Mapping[str, tuple[int, int]]) -> Mapping[str, int]:
        """Return the slots granted at each host, given (wanted, in flight)."""
        ...

    def moment(self, host: str, delay: float) -> float | None:
        """Take the host's next moment: seconds to wait for it, or None when it is far away."""
        ...

    def known_robots(self, origin: str) -> tuple[int, bytes] | None:
        """Return what somebody's request for robots.txt found, if it is still fresh."""
        ...

    def save_robots(self, origin: str, status: int, body: bytes, seconds: float) -> None:
        """Keep what robots.txt said, for everybody."""
        ...

    def proxy(self, wish: str, host: str) -> str:
        """Return the proxy URL for a request, "" for a direct connection."""
        ...

    def proxy_failed(self, proxy: str, host: str) -> None:
        """Remember that this proxy did not work for this host."""
        ...

    def proxy_worked(self, proxy: str, host: str) -> None:
        """Forget its failures for this host."""
        ...

    def more(self) -> None:
        """Say that there is more to do than this slice can take."""
        ...

    def may_send(self) -> bool:
        """Whether the fence was seen standing within the last seconds; else nothing may leave."""
        ...

    def stopping(self) -> bool:
        """Whether the worker is asked to end."""
        ...
