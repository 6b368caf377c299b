from __future__ import annotations

from collections.abc import Callable

import pytest

from schemas.plan import Action, Paginator
from tests.site.dynamic.serve import DynamicSite
from workers.fetchers.base import Exchange
from workers.fetchers.chrome.loads import MOST_LOADS

Fetch = Callable[..., Exchange]

LOOPS = {
    "reload": "<script>location.reload()</script>",
    "reload late": "<script>onload = () => location.reload()</script>",
    "reload in time": "<script>setInterval(() => location.reload(), 5)</script>",
    "refresh": "<meta http-equiv=refresh content=0>",
    "another address": "<script>location.href = '/loop?n=' + Math.random()</script>",
    "replace": "<script>location.replace(location.pathname + '?' + performance.now())</script>",
    "form": "<form action=/loop method=post></form><script>document.forms[0].submit()</script>",
    "history": "<script>history.pushState(0, '', '/loop?a'); history.go(0)</script>",
    "after data": "<script>fetch('/api/echo?text=x').then(() => location.reload())</script>",
}
SAME_DOCUMENT = {
    "write": "<script>onload = () => setInterval(() => { document.open();"
    "document.write('<p>' + 'there</p>'); document.close() }, 5)</script>",
    "fragment": "<script>setInterval(() => location.hash = Math.random(), 5)</script>",
    "state": "<script>setInterval(() => history.pushState(0, '', '?' + Date.now()), 50)</script>",
}
HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize("loop", [*LOOPS, *SAME_DOCUMENT])
def test_a_page_that_goes_on_for_ever_is_taken_as_it_is(
    fetch: Fetch, dynamic_site: DynamicSite, loop: str
) -> None:
    """After a bounded number of loads the last document is the page, within seconds."""
    body = (LOOPS | SAME_DOCUMENT)[loop] + "<p class=one>there</p>"
    dynamic_site.extra["/loop"] = (200, HTML, body.encode())
    exchange = fetch("/loop")

    assert exchange.response is not None, exchange.error
    assert exchange.response.body.count(b">there</p>") == 1
    assert exchange.milliseconds < 10_000
    loads = sum(path.startswith("/loop") for path in dynamic_site.paths())
    assert loads <= MOST_LOADS + 2


def test_a_page_that_leads_on_a_few_times_gets_where_it_leads(
    fetch: Fetch, dynamic_site: DynamicSite
) -> None:
    """Gates and logins lead through some documents; all of them are followed."""
    for step in range(MOST_LOADS - 1):
        body = f"<script>location.replace('/step{step + 1}')</script>"
        dynamic_site.extra[f"/step{step}"] = (200, HTML, body.encode())
    dynamic_site.extra[f"/step{MOST_LOADS - 1}"] = (200, HTML, b"<p>the end</p>")
    exchange = fetch("/step0")

    assert exchange.response is not None, exchange.error
    assert b"the end" in exchange.response.body
    assert exchange.response.url.endswith(f"/step{MOST_LOADS - 1}")


def test_bytes_count_for_each_document_by_itself(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """A page of half the limit that is loaded many times is not too long."""
    body = b"<p>there</p><script>location.reload()</script>" + b"<!--" + b"x" * 60_000 + b"-->"
    dynamic_site.extra["/loop"] = (200, HTML, body)
    exchange = fetch("/loop", max_bytes=100_000)

    assert exchange.response is not None, exchange.error


def test_a_page_that_was_held_can_be_acted_on(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """What the payload's actions lead to is not what the page does by itself."""
    body = b"<a href=/next>on</a><script>location.reload()</script>"
    dynamic_site.extra["/loop"] = (200, HTML, body)
    dynamic_site.extra["/next"] = (200, HTML, b"<p>arrived</p>")
    exchange = fetch("/loop", actions=(Action(kind="click", selector="a"),))

    assert exchange.response is not None, exchange.error
    assert b"arrived" in exchange.response.body


def test_clicks_may_lead_through_more_documents_than_a_page_may(
    fetch: Fetch, dynamic_site: DynamicSite
) -> None:
    """Each click of a paginator has loads of its own."""
    last = MOST_LOADS + 4
    for number in range(last):
        body = f"<p class='item'>{number}</p>" + f"<a href=/list{number + 1}>next</a>"
        dynamic_site.extra[f"/list{number}"] = (200, HTML, body.encode())
    dynamic_site.extra[f"/list{last}"] = (200, HTML, b"<p class='item'>last</p>")
    exchange = fetch("/list0", paginator=Paginator(kind="click", selector="a", page_num=50))

    assert exchange.response is not None, exchange.error
    assert b"last" in exchange.response.body
