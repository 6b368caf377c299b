"""What an exchange means: the outcome of its page, with records and the pages it leads to."""

from __future__ import annotations

from dataclasses import replace

import orjson

from schemas.plan import Request
from schemas.slice import CapturedDocument, ClaimedPage, Outcome, Verdict
from workers.crawl.context import SliceContext
from workers.crawl.documents import document_of, is_readable, readable_document
from workers.crawl.links import MAX_URL, admitted, candidates, details, settled
from workers.crawl.looks import alone, look_at, read_page, with_look
from workers.crawl.requests import sends_form
from workers.crawl.results import NeedsBrowser, read_results, refuse_block
from workers.errors import Blocked, FetchError, GristmillError, NotHtml, RedirectFault, RobotsDenied
from workers.extraction.decode import source_of
from workers.extraction.page import PageContent
from workers.extraction.refresh import BEGINNING, refresh_target
from workers.extraction.sniff import is_binary
from workers.extraction.source import Source
from workers.extraction.urls import host_of, is_http, origin_of
from workers.fetchers.base import Exchange, Response
from workers.fetchers.redirects import REDIRECTS, method_after, redirect_target
from workers.fetchers.verdict import classify
from workers.retry import Again, decide
from workers.serp.found import identity

MAX_HOPS = 20  # redirects of one page, refreshes among them


def judge(page: ClaimedPage, exchange: Exchange, context: SliceContext) -> Outcome:
    """Return what became of ``page``."""
    response = exchange.response
    if response is None:
        return _failed(
            page, context, exchange.error or FetchError(), milliseconds=exchange.milliseconds
        )
    target = redirect_target(response)
    if target is not None:
        return _hop(page, context, response, target)
    try:
        return _answered(page, response, context)
    except NeedsBrowser as fault:
        if context.options.queue == "base" and context.options.fallback:
            return _to_browser(page, context, response, "wants JavaScript")
        return _failed(page, context, fault, response=response)
    except GristmillError as fault:
        return _failed(page, context, fault, response=response)


def _answered(page: ClaimedPage, response: Response, context: SliceContext) -> Outcome:
    """Return the outcome of an answer that is no redirect; an error page is never data."""
    plan = context.plan
    if plan.serp is not None:
        found = read_results(page, response, plan, plan.serp)
        return _done(page, context, response, alone(found, plan))
    if plan.capture is None:
        refuse_block(page, response)
    _refuse_error(page, response, context)
    kind = response.header("content-type")
    is_read = plan.capture is None or is_readable(plan.capture)
    if is_read and is_binary(response.body, kind):
        raise NotHtml
    source = _source(response, kind, as_it_is=not is_read)
    content, report, look = None, None, None
    if plan.analysis is not None:
        look = look_at(page, response, source, context)
        content = look.content
    elif plan.capture is None:
        content, report = read_page(page, response, source, context)
    if context.options.queue == "base" and plan.source == "web":  # a browser has been there already
        most = BEGINNING if content is not None and content.records else len(source.utf8)
        target = refresh_target(source, kind, response.header("refresh"), most=most)
        if target is not None:
            return _hop(page, context, response, target)
    if content is None:
        return _captured(page, response, _document(response, source, context))
    done = _done(page, context, response, content, report)
    return done if look is None else with_look(done, look, page, context)


def _to_browser(page: ClaimedPage, context: SliceContext, response: Response, why: str) -> Outcome:
    context.notes.append(f"{page.url} {why}: it is fetched once more with Chrome.")
    host = host_of(page.first_url)
    return Outcome(
        page_id=page.id, chain=page.chain, step="chrome", status=response.status, host=host
    )


def _source(response: Response, kind: str | None, *, as_it_is: bool) -> Source:
    """Return the page for reading; one that is wanted as a document is not decoded."""
    if as_it_is:
        return Source(utf8=response.body, url=response.url)
    source = source_of(response.body, kind, response.url)
    return replace(source, charset=response.charset) if response.charset else source


def _refuse_error(page: ClaimedPage, response: Response, context: SliceContext) -> None:
    """Raise what an error page means, unless the payload takes such for pages."""
    error = classify(response)
    request = context.plan.collections[page.collection].request
    if error is not None and not request.any_status:
        raise error


def _document(response: Response, source: Source, context: SliceContext) -> CapturedDocument:
    wanted = context.plan.capture
    if is_readable(wanted):
        seconds = context.options.extract_seconds
        return readable_document(response, source, wanted, seconds=seconds)
    return document_of(response)


def _captured(page: ClaimedPage, response: Response, document: CapturedDocument) -> Outcome:
    """Return the outcome of a page that is wanted as one document."""
    return Outcome(
        page_id=page.id,
        chain=page.chain,
        verdict="ok" if document.body else "empty",
        status=response.status,
        size=len(document.body),
        milliseconds=response.milliseconds,
        document=document,
    )


def _failed(
    page: ClaimedPage,
    context: SliceContext,
    error: GristmillError,
    *,
    response: Response | None = None,
    milliseconds: int = 0,
) -> Outcome:
    request = context.plan.collections[page.collection].request
    retries = context.options.retries if request.retries is None else request.retries
    decision = decide(error, page.attempt, retries=retries, backoff=context.options.backoff)
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
        page_copy=response.body if response and error.code == "unrecognized" else None,
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


def _hop(page: ClaimedPage, context: SliceContext, response: Response, target: str) -> Outcome:
    """A redirect is a page fetched elsewhere: claimed, counted, guarded and paced as any.

    So is a refresh, which asks for the other page with a plain GET.
    """
    if page.hops >= MAX_HOPS or len(target) > MAX_URL:
        return _failed(page, context, RedirectFault(), response=response)
    if not is_http(target):
        fault = RedirectFault("The redirect leads to something that is no http or https URL.")
        return _failed(page, context, fault, response=response)
    request = context.plan.collections[page.collection].request
    same = origin_of(target) == origin_of(page.url)
    return Outcome(
        page_id=page.id,
        chain=page.chain,
        step="resend" if _asks_for_form(page, response, request) else "hop",
        status=response.status,
        milliseconds=response.milliseconds,
        fetch_url=target,
        host=host_of(target),
        admitted=(same and page.admitted) or admitted(target, context, page.collection),
    )


def _asks_for_form(page: ClaimedPage, response: Response, request: Request) -> bool:
    method = "POST" if request.form_data else request.method
    redirected = response.status in REDIRECTS
    return redirected and sends_form(page) and method_after(response.status, method) != "GET"


def _done(
    page: ClaimedPage,
    context: SliceContext,
    response: Response,
    content: PageContent,
    report: bytes | None = None,
) -> Outcome:
    collection = context.plan.collections[page.collection]
    if not content.records and _is_start(page, context) and context.options.queue == "base":
        if context.options.fallback:
            return _to_browser(page, context, response, "held no record")
        context.notes.append(f"{page.url} held no record, and there is no browser to look again.")
    if (
        context.options.queue == "chrome"
        and content.records
        and collection.request.fetcher == "base"
    ):
        context.chrome_hosts.update({page.host, host_of(response.url)})
    content = settled(content, context, collection)
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
        counted_records=count if page.collection in context.counted else 0,
        identities=tuple(map(identity, content.records)) if context.plan.serp is not None else (),
        report=report,
        details=tuple(details(page, context, content)),
        candidates=tuple(candidates(page, context, collection, content)),
    )


def _is_start(page: ClaimedPage, context: SliceContext) -> bool:
    """Without any record it is tried once more with a browser, where there is one."""
    return page.collection == 0 and page.page_number == 1 and context.plan.serp is None
