"""What a slice knows when it judges pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.plan import Plan
from workers.crawl.ports import CrawlOptions
from workers.crawl.reports import PageReports
from workers.errors import FetchError
from workers.extraction.compile import compiled


@dataclass(slots=True, kw_only=True)
class SliceContext:
    """What the judge knows: the plan, what robots.txt said, and which hosts need a browser.

    ``lenient_hosts`` answer with heads that libcurl can't read. The records of ``counted`` are the
    result, and the pages of ``visited`` are read with what is known of the visit (collections).
    """

    plan: Plan
    options: CrawlOptions
    allows: Callable[[str], bool | None]
    chrome_hosts: set[str]
    lenient_hosts: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    counted: frozenset[int] = frozenset()
    visited: frozenset[int] = frozenset()
    reports: PageReports = field(init=False)

    def __post_init__(self) -> None:
        self.counted = leaves(self.plan)
        ready = enumerate(compiled(self.plan))
        self.visited = frozenset(index for index, one in ready if one.needs_visit)
        self.reports = PageReports(self.options.extract_seconds)

    def note_malformed(self, host: str, error: FetchError) -> None:
        """Have the pages of ``host`` read leniently from here on, and say why."""
        if host not in self.lenient_hosts:
            self.lenient_hosts.add(host)
            self.notes.append(f"{host}: {error.message} It is read past, as browsers do.")


def leaves(plan: Plan) -> frozenset[int]:
    """Return the collections whose records are the result: below a path, its details."""

    def below(index: int) -> set[int]:
        collection = plan.collections[index]
        if not collection.path:
            return {index}
        children = (f.details for f in collection.fields if f.details is not None)
        return set().union(*map(below, children))

    return frozenset(below(0))
