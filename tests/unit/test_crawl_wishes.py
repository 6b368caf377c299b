"""What a payload's request wishes, and what the operator set, where it takes effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from schemas.payload import load_plan
from schemas.plan import Plan
from tests.builders.judged import OPTIONS, answer, page
from workers.crawl.context import SliceContext
from workers.crawl.judge import judge
from workers.crawl.links import admitted
from workers.crawl.politeness import Politeness, spaced
from workers.crawl.requests import request_for
from workers.runtime import wiring
from workers.settings import Settings, load

URL = "http://site.test/list"


def plan(**request: Any) -> Plan:
    one = {"name": "T", "selector": "a"}
    sent = {"name": "p", "format": "json", "fields": [one], "request": {"url": URL} | request}
    return load_plan(sent)


def context(made: Plan, **options: Any) -> SliceContext:
    given = replace(OPTIONS, fallback=False, **options)
    return SliceContext(plan=made, options=given, allows=lambda _: None, chrome_hosts=set())


def test_a_request_has_its_own_time_or_that_of_the_service() -> None:
    """`timeout` of a payload comes before FETCH_TIMEOUT, for the whole exchange."""
    own, usual = (request_for(page(), made, OPTIONS, "") for made in (plan(timeout=2.5), plan()))

    assert (own.timeout, usual.timeout) == (2.5, 30)


def test_credentials_and_cookies_go_no_further_than_their_host() -> None:
    """A redirect, or a link, to another host is asked without them; the rest goes along."""
    secret = {"Authorization": "Bearer x", "Accept-Language": "de", "User-Agent": "mine"}
    made = plan(headers=secret, cookies={"sid": "1"})
    near = request_for(page(url="http://site.test/next", hops=1), made, OPTIONS, "")
    far = request_for(page(url="http://else.test/list", hops=1), made, OPTIONS, "")

    assert (dict(near.headers), near.cookies) == (secret, (("sid", "1"),))
    assert dict(far.headers) == {"Accept-Language": "de", "User-Agent": "mine"}
    assert far.cookies == ()


@pytest.mark.parametrize(
    ("request_", "attempt", "step"),
    [({}, 3, "retry"), ({}, 4, "done"), ({"retries": 0}, 1, "done"), ({"retries": 5}, 5, "retry")],
)
def test_a_request_has_its_own_retries_or_those_of_the_service(
    request_: dict[str, int], attempt: int, step: str
) -> None:
    """`retries` of a payload comes before FETCH_RETRIES: further attempts after the first."""
    outcome = judge(page(attempt=attempt), answer(status=503), context(plan(**request_)))

    assert outcome.step == step


@pytest.mark.parametrize(("seconds", "step"), [("3600", "retry"), ("3601", "done")])
def test_a_site_that_asks_for_more_than_an_hour_is_not_waited_for(seconds: str, step: str) -> None:
    """The page failed; its process does not hang on it."""
    outcome = judge(page(), answer(status=429, retry_after=seconds), context(plan()))

    assert (outcome.step, outcome.verdict) == (step, "failed")


@pytest.mark.parametrize("queue", ["base", "chrome"])
def test_an_error_page_is_a_failed_one_in_either_fetcher(queue: str) -> None:
    """A 404 of a start page is not an empty page that a browser might fill."""
    outcome = judge(page(), answer("<p>gone", status=404), context(plan(), queue=queue))

    assert (outcome.step, outcome.verdict, outcome.charged) == ("done", "failed", False)


@pytest.mark.parametrize(("wish", "setting", "asked"), [(5, 3, 5), (2, 3, 3), (0, 3, 3), (2, 0, 2)])
def test_the_longer_of_two_delays_is_kept(wish: float, setting: float, asked: float) -> None:
    """`delay` of a payload, HOST_DELAY of the service: nobody may hurry beyond the other."""
    seen: list[float] = []

    class WishPool:
        def slots(self, wanted: Mapping[str, tuple[int, int]]) -> Mapping[str, int]:
            return dict.fromkeys(wanted, 8)

        def moment(self, _host: str, delay: float) -> float | None:
            seen.append(delay)
            return 0.0

    politeness = Politeness(
        plan(delay=wish), WishPool(), replace(OPTIONS, host_delay=setting), lambda _: 0.0
    )  # type: ignore[arg-type]
    politeness.add(page())

    assert [ready.id for ready in politeness.ready(16)] == [7]
    assert seen == [spaced(asked)]


@pytest.mark.parametrize(
    ("ignore", "respect", "known"),
    [(False, True, False), (True, True, True), (False, False, True)],
)
def test_robots_txt_is_asked_unless_somebody_said_not_to(
    *, ignore: bool, respect: bool, known: bool
) -> None:
    """`ignoreRobots` in the payload, or RESPECT_ROBOTS of the service."""
    at = context(plan(ignoreRobots=ignore), respect_robots=respect)

    assert admitted(URL, at, 0) is known


def test_robots_txt_is_not_asked_for_an_engine() -> None:
    """A payload that names an engine, whatever the setting says."""
    engine = load_plan({"name": "s", "engine": "bing", "q": "x", "format": "json"})

    assert admitted("http://engine.test/", context(engine), 0)


SET = {
    "FETCH_TIMEOUT": "11", "CHROME_TIMEOUT": "12", "MAX_RESPONSE_BYTES": "13",
    "EXTRACT_TIMEOUT": "14",
    "FETCH_RETRIES": "15", "FETCH_BACKOFF": "16", "HOST_CONCURRENCY": "17", "HOST_DELAY": "18",
    "FETCH_THREADS": "19", "CHROME_PAGES": "20", "SLICE_SECONDS": "21", "RESPECT_ROBOTS": "false",
    "USER_AGENT": "ua", "ROBOTS_AGENT": "ra", "MAX_PAGES": "22", "MAX_RUNTIME": "23",
    "BASE_PRICE": "0.024", "CHROME_PRICE": "0.025",
}  # fmt: skip


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Settings:
    given = load(SET)
    monkeypatch.setattr(wiring, "settings", lambda: given)
    monkeypatch.setattr(wiring, "prices", wiring.prices.__wrapped__)
    return given


@pytest.mark.usefixtures("configured")
def test_every_setting_of_a_crawl_reaches_it() -> None:
    """Each variable sets one thing, and Chrome has a time and a number of pages of its own."""
    base, chrome = (wiring.options_for(queue, fallback=True) for queue in ("base", "chrome"))
    names = [field.name for field in fields(base)]

    assert [getattr(base, name) for name in names] == [
        "base", 21, 19, 15, 16, 11, 13, 14, 17, 18, False, "ua", "ra", True,
    ]  # fmt: skip
    assert (chrome.timeout, chrome.in_flight) == (12, 20)


@pytest.mark.usefixtures("configured")
def test_every_limit_and_price_reaches_the_frontier() -> None:
    """Prices are thousandths of a credit; a page that a call brought along is free."""
    base, chrome = wiring.limits("base", plan()), wiring.limits("chrome", plan())
    given = wiring.limits("base", replace(plan(), source="given"))

    assert (base.max_pages, base.max_runtime) == (22, 23)
    assert (base.price, chrome.price, given.price) == (24, 25, 0)


def test_a_page_is_bound_by_the_settings() -> None:
    """MAX_RESPONSE_BYTES goes with each request to the fetcher, which stops there."""
    assert request_for(page(), plan(), replace(OPTIONS, max_bytes=77), "").max_bytes == 77
