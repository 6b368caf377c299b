"""The request for a claimed page: what the payload asks for, less what must stay with its host."""

from __future__ import annotations

from schemas.plan import Plan
from schemas.slice import ClaimedPage
from workers import plugins
from workers.crawl.ports import CrawlOptions
from workers.fetchers.base import FetchRequest
from workers.fetchers.redirects import headers_for_hop


def request_for(page: ClaimedPage, plan: Plan, options: CrawlOptions, proxy: str) -> FetchRequest:
    """Return the request for ``page``.

    Method and form belong to the start page alone, and credentials and cookies of the payload stay
    with the host of the URL that the user wrote.
    """
    collection = plan.collections[page.collection]
    wanted = collection.request
    first = sends_form(page)
    headers, cookies = headers_for_hop(
        wanted.headers, wanted.cookies, plan.collections[0].request.url, page.url
    )
    if plan.serp is not None:
        engine = plugins.engine(plan)
        sent = {name.lower() for name, _ in headers}
        usual = engine.headers(plan.serp)
        headers = (*headers, *(pair for pair in usual if pair[0].lower() not in sent))
        cookies = (*cookies, *engine.cookies(plan.serp))
    if not any(name.lower() == "user-agent" for name, _ in headers):
        headers = (("User-Agent", options.user_agent), *headers)
    chrome = options.queue == "chrome"
    return FetchRequest(
        key=page.id,
        url=page.url,
        method=wanted.method if first else "GET",
        headers=headers,
        form_data=wanted.form_data if first else (),
        cookies=cookies,
        proxy=proxy,
        timeout=wanted.timeout or options.timeout,
        max_bytes=options.max_bytes,
        wait_delay=wanted.wait_delay if chrome else 0.0,
        actions=wanted.actions if chrome else (),
        images=wanted.images,
        pierce=wanted.pierce and chrome,
        capture=plan.capture,
        paginator=collection.paginator if chrome and collection.paginator.kind != "next" else None,
    )


def has_form(request: FetchRequest) -> bool:
    """Whether ``request`` does something at the site, so that it must not be sent twice."""
    return bool(request.form_data) or request.method.upper() not in {"GET", "HEAD"}


def sends_form(page: ClaimedPage) -> bool:
    """Whether ``page`` is asked for with the payload's method and form: the start page alone."""
    start = page.collection == 0 and page.page_number == 1
    return start and (page.hops == 0 or page.resend)
