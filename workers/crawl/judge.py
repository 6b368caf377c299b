"""What an exchange means: the outcome of its page, with records and the pages it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from schemas.plan import Collection, Plan, Request
from schemas.turn import ClaimedPage, NewPage, Outcome, Verdict
from workers.crawl.ports import CrawlOptions
from workers.crawl.requests import sends_form
from workers.crawl.results import NeedsBrowser, read_results
from workers.crawl.snapshots import merge
from workers.errors import Blocked, FetchError, GristmillError, RedirectFault, RobotsDenied
from workers.extraction.cage import timed_extract
from workers.extraction.decode import decode
from workers.extraction.page import PageContent
from workers.extraction.urls import host_of, is_http, origin_of, page_key
from workers.fetchers.base import Exchange, Response
from workers.fetchers.redirects import method_after, redirect_target
from workers.fetchers.verdict import classify
from workers.retry import Again, decide

MAX_HOPS = 20  # redirects of one page
MAX_URL = 8192  # characters; what is longer is no link that a server would answer


@dataclass(slots=True, kw_only=True)
class Bench:
    """What the judge knows: the plan, what robots.txt said, and which hosts need a browser."""

    plan: Plan
    options: CrawlOptions
    allows: Callable[[str], bool | None]
    chrome_hosts: set[str]
    notes: list[str] = field(default_factory=list)
    counted: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        self.counted = leaves(self.plan)


def leaves(plan: Plan) -> frozenset[int]:
    """Return the collections whose records are the result: below a path, its details."""

    def below(index: int) -> set[int]:
        collection = plan.collections[index]
        if not collection.path:
            return {index}
        children = (f.details for f in collection.fields if f.details is not None)
        return set().union(*map(below, children))

    return frozenset(below(0))


def judge(page: ClaimedPage, exchange: Exchange, bench: Bench) -> Outcome:
    """Return what became of ``page``."""
    response = exchange.response
    if response is None:
        return _failed(
            page, bench, exchange.error or FetchError(), milliseconds=exchange.milliseconds
        )
    target = redirect_target(response)
    if target is not None:
        return _hop(page, bench, response, target)
    try:
        content = _read(page, response, bench)
    except NeedsBrowser as fault:
        if bench.options.queue == "base" and bench.options.fallback:
            return _to_browser(page, bench, response, "wants JavaScript")
        return _failed(page, bench, fault, response=response)
    except GristmillError as fault:
        return _failed(page, bench, fault, response=response)
    return _done(page, bench, response, content)


def _to_browser(page: ClaimedPage, bench: Bench, response: Response, why: str) -> Outcome:
    bench.notes.append(f"{page.url} {why}: it is fetched once more with Chrome.")
    host = host_of(page.first_url)
    return Outcome(
        page_id=page.id, chain=page.chain, step="chrome", status=response.status, host=host
    )


def _read(page: ClaimedPage, response: Response, bench: Bench) -> PageContent:
    """Return what the page holds; an error page is never data."""
    if bench.plan.serp is not None:
        return read_results(page, response, bench.plan, bench.plan.serp)
    error = classify(response)
    if error is not None:
        raise error
    collection = bench.plan.collections[page.collection]
    texts = response.snapshots or (decode(response.body, response.header("content-type")),)
    seconds = bench.options.extract_seconds
    return merge(
        [
            timed_extract(text, response.url, collection, bench.plan, seconds=seconds)
            for text in texts
        ]
    )


def _failed(
    page: ClaimedPage,
    bench: Bench,
    error: GristmillError,
    *,
    response: Response | None = None,
    milliseconds: int = 0,
) -> Outcome:
    request = bench.plan.collections[page.collection].request
    retries = bench.options.retries if request.retries is None else request.retries
    decision = decide(error, page.attempt, retries=retries, backoff=bench.options.backoff)
    again = isinstance(decision, Again)
    return Outcome(
        page_id=page.id,
        chain=page.chain,
        step="retry" if again else "done",
        verdict=verdict_of(error),
        status=response.status if response else None,
        size=len(response.body) if response else 0,
        milliseconds=response.milliseconds if response else milliseconds,
        error=error.message,
        delay=decision.delay if isinstance(decision, Again) else 0.0,
        host=host_of(page.first_url) if again and page.hops else page.host,
    )


def verdict_of(error: GristmillError) -> Verdict:
    """Return the verdict of a page that was given up for this error."""
    if isinstance(error, RobotsDenied):
        return "robots"
    if isinstance(error, Blocked):
        return "blocked"
    return "unrecognized" if error.code == "unrecognized" else "failed"


def _hop(page: ClaimedPage, bench: Bench, response: Response, target: str) -> Outcome:
    """A redirect is a page fetched elsewhere: claimed, counted, guarded and paced as any."""
    if page.hops >= MAX_HOPS or len(target) > MAX_URL:
        return _failed(page, bench, RedirectFault(), response=response)
    if not is_http(target):
        fault = RedirectFault("The redirect leads to something that is no http or https URL.")
        return _failed(page, bench, fault, response=response)
    request = bench.plan.collections[page.collection].request
    same = origin_of(target) == origin_of(page.url)
    return Outcome(
        page_id=page.id,
        chain=page.chain,
        step="resend" if _asks_for_form(page, response, request) else "hop",
        status=response.status,
        milliseconds=response.milliseconds,
        fetch_url=target,
        host=host_of(target),
        admitted=(same and page.admitted) or _admitted(target, bench, request.ignore_robots),
    )


def _asks_for_form(page: ClaimedPage, response: Response, request: Request) -> bool:
    method = "POST" if request.form_data else request.method
    return sends_form(page) and method_after(response.status, method) != "GET"


def _admitted(url: str, bench: Bench, ignore: bool) -> bool:  # noqa: FBT001 - a payload's flag
    """Whether robots.txt is known to allow the page (or is not asked)."""
    if ignore or not bench.options.respect_robots or bench.plan.serp is not None:
        return True
    return bench.allows(url) is True


def _done(page: ClaimedPage, bench: Bench, response: Response, content: PageContent) -> Outcome:
    collection = bench.plan.collections[page.collection]
    if not content.records and _is_start(page, bench) and bench.options.queue == "base":
        if bench.options.fallback:
            return _to_browser(page, bench, response, "held no record")
        bench.notes.append(f"{page.url} held no record, and there is no browser to look again.")
    if bench.options.queue == "chrome" and content.records and collection.request.fetcher == "base":
        bench.chrome_hosts.add(page.host)
    count = len(content.records)
    return Outcome(
        page_id=page.id,
        chain=page.chain,
        verdict="ok" if count else "empty",
        status=response.status,
        size=len(response.body),
        milliseconds=response.milliseconds,
        records=b"\n".join(map(orjson.dumps, content.records)).decode() if count else None,
        record_count=count,
        counted_records=count if page.collection in bench.counted else 0,
        details=tuple(_details(page, bench, content)),
        candidates=tuple(_candidates(page, bench, collection, content)),
    )


def _is_start(page: ClaimedPage, bench: Bench) -> bool:
    """Without any record it is tried once more with a browser, where there is one."""
    return page.collection == 0 and page.page_number == 1 and bench.plan.serp is None


def _queue(url: str, collection: Collection, bench: Bench) -> str:
    return "chrome" if host_of(url) in bench.chrome_hosts else collection.request.fetcher


def _details(page: ClaimedPage, bench: Bench, content: PageContent) -> list[NewPage]:
    found = []
    for link in content.links:
        child = bench.plan.collections[link.collection]
        if len(link.url) <= MAX_URL:
            place = (*page.position, link.record, link.field, link.match, 1)
            found.append(_new(link.url, child, bench, position=place))
    return found


def _candidates(
    page: ClaimedPage, bench: Bench, collection: Collection, content: PageContent
) -> list[NewPage]:
    if page.followed or page.page_number >= collection.paginator.page_num:
        return []
    number = page.page_number + 1
    place = (*page.position[:-1], number)
    return [
        _new(url, collection, bench, position=place, page_number=number, chain=page.chain)
        for url in content.next_urls
        if len(url) <= MAX_URL
    ]


def _new(
    url: str,
    collection: Collection,
    bench: Bench,
    *,
    position: tuple[int, ...],
    page_number: int = 1,
    chain: int | None = None,
) -> NewPage:
    return NewPage(
        collection=collection.index,
        position=position,
        key=page_key(url),
        url=url,
        host=host_of(url),
        queue=_queue(url, collection, bench),
        admitted=_admitted(url, bench, collection.request.ignore_robots),
        page_number=page_number,
        chain=chain,
    )
