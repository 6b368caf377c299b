from dataclasses import replace
from typing import Any

import orjson
import pytest

from schemas.payload import load_plan
from schemas.registry import SERP_ENGINES
from schemas.slice import ClaimedPage, Outcome
from tests.builders.judged import OPTIONS, page
from tests.builders.serp_pages import RESULTS
from workers.crawl.context import SliceContext
from workers.crawl.judge import judge
from workers.crawl.requests import request_for
from workers.fetchers.base import Exchange, Response
from workers.plugins import start_url


def context(engine: str, **options: Any) -> SliceContext:
    payload = {"name": "s", "engine": engine, "q": "moss", "pageNum": 3, "format": "json"}
    return SliceContext(
        plan=load_plan(payload),
        options=replace(OPTIONS, fallback=False, **options),
        allows=lambda _: None,
        chrome_hosts=set(),
    )


def claimed(at: SliceContext, attempt: int = 1) -> ClaimedPage:
    url = start_url(at.plan)
    return page(id=1, url=url, first_url=url, host="engine.test", chain=1, attempt=attempt)


def read(at: SliceContext, html: str, *, status: int = 200, attempt: int = 1) -> Outcome:
    of = claimed(at, attempt)
    response = Response(url=of.url, status=status, headers=(), body=html.encode(), milliseconds=1)
    return judge(of, Exchange(key=1, response=response), at)


@pytest.mark.parametrize("engine", sorted(SERP_ENGINES))
def test_every_engine_is_asked_and_read_in_the_crawl(engine: str) -> None:
    """A results page gives its records in rank order, uncounted pages ahead of it."""
    at = context(engine)
    outcome = read(at, RESULTS[engine][0]())
    records = [orjson.loads(line) for line in (outcome.records or "").splitlines()]

    assert (outcome.step, outcome.verdict) == ("done", "ok")
    assert [record["position"] for record in records] == list(range(1, len(records) + 1))
    assert {record["page"] for record in records} == {1}
    assert all(candidate.position == (2,) for candidate in outcome.candidates)
    assert all(candidate.admitted for candidate in outcome.candidates)


def test_a_block_is_tried_again_then_given_up_uncharged_with_its_kind() -> None:
    """It may come with any status, a success among them."""
    block = "<html><body><form id='captcha-form' action='/sorry/index'><div class='g-recaptcha'>"
    at = context("google")
    first, last = read(at, block), read(at, block, status=429, attempt=4)

    assert first.step == "retry"
    assert (last.step, last.verdict, last.charged) == ("done", "blocked", False)
    assert (last.error or "").startswith("captcha")


def test_a_page_that_is_neither_results_nor_a_known_notice_is_no_empty_success() -> None:
    """An engine's new markup is a failure that says so."""
    outcome = read(context("bing"), "<html><body><main><p>Something else.</p></main></body>")

    assert (outcome.step, outcome.verdict, outcome.charged) == ("done", "unrecognized", False)
    assert (outcome.error or "").startswith("unrecognized: ")


def test_an_engine_is_asked_with_its_own_headers_and_cookies() -> None:
    """What the payload gave stays beside them."""
    at = context("google")
    request = request_for(claimed(at), at.plan, at.options, "")

    assert any(name.lower() == "accept-language" for name, _ in request.headers)
    assert "moss" in request.url


def test_a_status_that_says_too_many_requests_is_a_block() -> None:
    """No engine's page has a structure for it that is known."""
    outcome = read(context("yandex"), "<html><body>Later.</body></html>", status=429, attempt=4)

    assert (outcome.verdict, outcome.charged) == ("blocked", False)
    assert (outcome.error or "").startswith("rate_limited")


def test_a_header_of_the_payload_takes_the_place_of_the_engines_own() -> None:
    """One User-Agent, not two."""
    at = context("bing")
    top = at.plan.collections[0]
    request = replace(top.request, headers=(("user-agent", "mine"),))
    plan = replace(at.plan, collections=(replace(top, request=request),))
    sent = request_for(claimed(at), plan, at.options, "").headers

    assert [value for name, value in sent if name.lower() == "user-agent"] == ["mine"]
