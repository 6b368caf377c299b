"""A page that leads to another by itself: followed as a redirect is, and where it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from schemas.payload import load_plan
from schemas.plan import Content
from tests.builders.judged import LIST, PAYLOAD, answer, context, page
from workers.crawl.judge import judge
from workers.extraction.refresh import BEGINNING

META = '<meta http-equiv=refresh content="0; url=/else">'


@pytest.mark.parametrize("sent", [answer(META + LIST), answer(LIST, refresh="3; url=/else")])
def test_a_refresh_is_a_hop(sent: Any) -> None:
    """Whatever else the page holds: no records, no charge, and the other page is fetched."""
    outcome = judge(page(), sent, context())

    assert (outcome.step, outcome.fetch_url) == ("hop", "http://site.test/else")
    assert (outcome.status, outcome.records, outcome.charged) == (200, None, False)
    assert (outcome.host, outcome.admitted) == ("site.test", True)


def test_refreshes_and_redirects_have_one_bound() -> None:
    """The twenty-first of both together fails the page."""
    outcome = judge(page(hops=20), answer(META), context())

    assert (outcome.step, outcome.verdict) == ("done", "failed")


def test_a_refresh_is_a_plain_get() -> None:
    """The form of the start page has been sent; a browser would not send it again."""
    form = load_plan(
        PAYLOAD | {"request": {"url": "http://site.test/list", "formData": {"a": "1"}}}
    )
    at = replace(context(), plan=form)

    assert judge(page(), answer(META), at).step == "hop"
    assert judge(page(), answer(status=307, location="/x"), at).step == "resend"


def test_another_sites_robots_is_asked_before_a_refresh_leads_there() -> None:
    """As before a redirect."""
    away = answer(META.replace("/else", "http://else.test/2"))
    outcome = judge(page(), away, context())

    assert (outcome.host, outcome.admitted) == ("else.test", False)


def test_in_a_browser_the_page_has_moved_on_by_itself() -> None:
    """What it shows in the end is the page."""
    outcome = judge(page(), answer(META + LIST), context(queue="chrome"))

    assert (outcome.step, outcome.record_count) == ("done", 2)


def test_a_page_that_holds_records_is_looked_at_to_its_beginning() -> None:
    """To search all of each page would cost more than such a page is ever worth."""
    far = "<!-- -->" * BEGINNING
    empty, full = (judge(page(), answer(html), context(max_bytes=10**6)) for html in (
        far + META, far + META + LIST
    ))  # fmt: skip

    assert (empty.step, full.step, full.record_count) == ("hop", "done", 2)


@pytest.mark.parametrize("status", [404, 503])
def test_an_error_page_does_not_lead_elsewhere(status: int) -> None:
    """The start page of a shop is not the product that is gone."""
    outcome = judge(page(attempt=9), answer(META, status=status), context())

    assert (outcome.step, outcome.verdict) == ("done", "failed")


def test_a_page_that_is_wanted_as_it_is_refreshes_as_well() -> None:
    """The document is that of the page where it ends."""
    at = context()
    at = replace(at, plan=replace(at.plan, capture=Content()))

    assert judge(page(), answer(META), at).step == "hop"
    assert judge(page(), answer("<p>x"), at).document is not None
