"""The jobs there are: the queue of each, and which fetch pages, with what, at what price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from workers.settings import Settings

QUEUES: Final[Mapping[str, str]] = {
    "first": "fresh",
    "crawl": "crawl",
    "chrome": "chrome",
    "publish": "publish",
    "deliver": "deliver",
}
"""Job → queue: one each, so that a dead receiver or a large file delays no crawl.

The first slice of a process is a job of its own. A pool takes from both queues in turns, so that a
process that comes last begins as soon as a child is free, however many slices of others wait.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How pages of one fetcher are worked on, which is also what ``pages.queue`` holds.

    ``first`` and ``job`` are the jobs of a process' first slice and of all later ones; ``loads``
    the fetchers that such a slice uses. What else differs is a setting: the ``price`` of a page
    (thousandths), how many pages are ``in_flight`` at once, and the ``timeout`` of each (seconds).
    """

    first: str
    job: str
    loads: tuple[str, ...]
    price: Callable[[Settings], int]
    in_flight: Callable[[Settings], int]
    timeout: Callable[[Settings], float]

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues in which slices at such pages wait."""
        return tuple(dict.fromkeys(QUEUES[job] for job in (self.first, self.job)))


FETCHING: Final[Mapping[str, Fetching]] = {
    "base": Fetching(
        first="first",
        job="crawl",
        loads=("base",),
        price=lambda own: own.base_price,
        in_flight=lambda own: own.fetch_threads,
        timeout=lambda own: own.fetch_timeout,
    ),
    "chrome": Fetching(
        first="chrome",
        job="chrome",
        loads=("chrome", "base"),  # robots.txt is asked for without a browser
        price=lambda own: own.chrome_price,
        in_flight=lambda own: own.chrome_pages,
        timeout=lambda own: own.chrome_timeout,
    ),
}
"""Fetcher (a key of ``registry.FETCHERS``) → how its pages are worked on."""

SLICE_JOBS: Final = tuple(
    dict.fromkeys(job for kind in FETCHING.values() for job in (kind.first, kind.job))
)
"""The jobs that are a slice at pages."""
