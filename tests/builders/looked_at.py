"""A run over pages in memory, to its file and its log: what it says is odd, without a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import orjson

from schemas.payload import load_plan
from schemas.slice import Claim, ClaimedPage
from schemas.warnings import PayloadWarning
from tests.builders.judged import OPTIONS
from workers.crawl import run_slice
from workers.crawl.memory_ports import MemoryPorts
from workers.extraction.urls import page_key
from workers.fetchers.base import Exchange, FetchRequest, Response
from workers.publish.findings import Findings
from workers.publish.records import Reader

SITE = "http://site.test"
OPTIONS_OF_RUN = replace(
    OPTIONS, respect_robots=False, retries=0, fallback=False, max_bytes=1_000_000
)
HEADERS = (("content-type", "text/html; charset=utf-8"),)


class PagesInMemory:
    """A fetcher of pages that a test wrote down by their path; any other is a 404."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self._pages = pages
        self._asked: list[FetchRequest] = []

    def start(self, request: FetchRequest) -> None:
        self._asked.append(request)

    def poll(self, timeout: float) -> Sequence[Exchange]:  # noqa: ARG002 - as the ports have it
        ended = [self._answer(request) for request in self._asked]
        self._asked = []
        return ended

    def _answer(self, request: FetchRequest) -> Exchange:
        found = self._pages.get(request.url.removeprefix(SITE))
        response = Response(
            url=request.url,
            status=404 if found is None else 200,
            headers=HEADERS,
            body=(found or "").encode(),
            milliseconds=1,
        )
        return Exchange(key=request.key, response=response)

    def cookies(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


class NotedPorts(MemoryPorts):
    """Ports that remember every page that was claimed."""

    def __init__(self, *given: Any, **options: Any) -> None:
        self.claimed: dict[int, ClaimedPage] = {}
        super().__init__(*given, **options)

    def _take(self, limit: int) -> Claim:
        claim = super()._take(limit)
        self.claimed.update({page.id: page for page in claim.pages})
        return claim


@dataclass(frozen=True)
class PageOfRun:
    """A page as the makers of the files read it."""

    id: int
    collection: int
    position: tuple[int, ...]
    page_number: int
    key: str
    records: str | None
    next_key: str | None
    verdict: str
    report: Any


class RunPages:
    """The pages of a run that is over, as ``Reader`` asks for them."""

    def __init__(self, ports: NotedPorts) -> None:
        keys = {
            (page.chain, page.page_number): page_key(page.first_url)
            for page in ports.claimed.values()
        }
        found = []
        for outcome in ports.done:
            page = ports.claimed[outcome.page_id]
            report = orjson.loads(outcome.report) if outcome.report else None
            found.append(
                PageOfRun(
                    page.id, page.collection, page.position, page.page_number,
                    page_key(page.first_url), outcome.records,
                    keys.get((page.chain, page.page_number + 1)), outcome.verdict, report,
                )
            )  # fmt: skip
        self.all = sorted(found, key=lambda page: page.position)

    def top(self) -> Iterator[PageOfRun]:
        return (page for page in self.all if page.collection == 0 and page.records)

    def by_key(self, collection: int, keys: Sequence[str]) -> dict[str, PageOfRun]:
        return {p.key: p for p in self.all if p.collection == collection and p.key in keys}


def warnings_of_run(
    payload: Mapping[str, Any], pages: Mapping[str, str], **process: Any
) -> list[PayloadWarning]:
    """Crawl ``pages``, HTML by path, and return what the run says is odd.

    ``process``: columns of its row.
    """
    plan = load_plan(payload)
    ports = NotedPorts(plan, PagesInMemory(pages), admitted=True)
    run_slice(plan, ports, OPTIONS_OF_RUN, frozenset())
    found = RunPages(ports)
    row: Any = SimpleNamespace(**{"id": "p", "error_code": None, "open_pages": 0} | process)
    findings = Findings(plan, row)
    list(findings.through(Reader(plan, found).records()))
    list(findings.pages_through(found.all))  # type: ignore[arg-type] # they have what is counted
    return findings.warnings()
