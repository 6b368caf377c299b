from __future__ import annotations

from collections.abc import Callable

import pytest

from schemas.plan import Action, Paginator
from tests.site.dynamic.reading import items, wait_for
from tests.site.dynamic.serve import DynamicSite
from workers import errors
from workers.extraction.marks import unmarked
from workers.fetchers.base import Exchange, FetchRequest
from workers.fetchers.chrome.fetcher import ChromeFetcher

Fetch = Callable[..., Exchange]


def names(first: int, last: int) -> list[str]:
    """Return the site's records from ``first`` to ``last``."""
    return [f"Item {number}" for number in range(first, last + 1)]


def shown(exchange: Exchange) -> list[str]:
    """Return the records of a page that must have come."""
    assert exchange.response is not None, exchange.error
    return items(exchange.response.body)


def test_records_that_scripts_render_are_in_the_body(fetch: Fetch) -> None:
    """A page is done when its network is quiet, so what it fetched is there."""
    exchange = fetch("/rendered.html")

    assert shown(exchange) == names(1, 5)
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert exchange.response.header("content-type") == "text/html; charset=utf-8"
    assert exchange.response.milliseconds > 0


def test_a_page_without_any_html_shows_what_scripts_make_of_it(fetch: Fetch) -> None:
    """The page that a base fetch finds empty has its records here."""
    assert shown(fetch("/empty.html")) == ["only with scripts"]


def test_wait_delay_is_waited_after_the_load(fetch: Fetch) -> None:
    """`waitDelay` seconds after load, a timer's element is there; without, it is not."""
    assert shown(fetch("/delayed.html")) == []
    assert shown(fetch("/delayed.html", wait_delay=1.5)) == ["late"]


def test_wait_for_ends_when_the_element_comes(fetch: Fetch) -> None:
    """A page is done when the awaited selector is there."""
    exchange = fetch("/delayed.html", actions=(Action(kind="waitFor", selector="#late"),))

    assert shown(exchange) == ["late"]


def test_input_and_click_run_in_order(fetch: Fetch) -> None:
    """A form is filled, a choice made, and sent; its answer is the page."""
    actions = (
        Action(kind="input", selector="[name=q]", text="bücher"),
        Action(kind="input", selector="select", text="b"),
        Action(kind="click", selector="xpath://button"),
    )

    assert shown(fetch("/search.html", actions=actions)) == ["bücher/b"]


def test_a_consent_overlay_is_clicked_away(fetch: Fetch) -> None:
    """Actions reach what the overlay covered."""
    actions = (Action(kind="click", selector="#accept"), Action(kind="click", selector="#show"))

    assert shown(fetch("/consent.html", actions=actions)) == ["shown, overlay gone"]


def test_what_an_overlay_covers_can_still_be_clicked(fetch: Fetch) -> None:
    """An element that only is covered is clicked as a script would."""
    exchange = fetch("/consent.html", actions=(Action(kind="click", selector="#show"),))

    assert shown(exchange) == ["shown, overlay there"]


@pytest.mark.parametrize("kind", ["click", "input", "waitFor"])
def test_a_failing_action_names_itself_and_its_selector(fetch: Fetch, kind: str) -> None:
    """An element that does not come within the page's time fails the page."""
    exchange = fetch("/empty.html", actions=(Action(kind=kind, selector=".no"),), timeout=2.0)

    assert isinstance(exchange.error, errors.ActionFailed)
    assert kind in exchange.error.message
    assert ".no" in exchange.error.message
    assert exchange.milliseconds < 3000


def test_a_scroll_action_scrolls_so_many_times(fetch: Fetch) -> None:
    """`paginate: 2` brings two more loads."""
    assert shown(fetch("/infinite.html", actions=(Action(kind="scroll", times=2),))) == names(1, 30)


def test_a_scroll_action_clicks_its_element_until_it_is_gone(fetch: Fetch) -> None:
    """Clicking for more ends without an error where the element is gone."""
    actions = (Action(kind="scroll", selector=".more", times=9),)

    assert shown(fetch("/more.html", actions=actions)) == names(1, 12)


def test_a_scroll_paginator_ends_with_the_list(fetch: Fetch) -> None:
    """Infinite scroll goes on until the page has no more."""
    exchange = fetch("/infinite.html", paginator=Paginator(kind="scroll", page_num=50))

    assert shown(exchange) == names(1, 35)
    assert exchange.response is not None
    assert unmarked(exchange.response.snapshots[-1]).encode() == exchange.response.body


def test_a_scroll_paginator_stops_at_its_page_number(fetch: Fetch) -> None:
    """`pageNum: 2` is the first load and one more."""
    exchange = fetch("/infinite.html", paginator=Paginator(kind="scroll", page_num=2))

    assert shown(exchange) == names(1, 20)


def test_snapshots_show_every_record_of_a_recycling_list(fetch: Fetch) -> None:
    """What a list takes away while it scrolls is in an earlier snapshot, and they overlap."""
    exchange = fetch("/recycling.html", paginator=Paginator(kind="scroll", page_num=20))
    assert exchange.response is not None
    pages = [items(snapshot) for snapshot in exchange.response.snapshots]

    assert list(dict.fromkeys(name for page in pages for name in page)) == names(1, 40)
    assert len(pages[-1]) == 9


def test_a_click_paginator_ends_when_the_button_is_gone(fetch: Fetch) -> None:
    """Load more: all records; where the page only grew, a snapshot takes the last one's place."""
    exchange = fetch("/more.html", paginator=Paginator(kind="click", selector=".more", page_num=9))

    assert shown(exchange) == names(1, 12)
    assert exchange.response is not None
    assert [len(items(page)) for page in exchange.response.snapshots] == [8, 12]


def test_a_click_paginator_keeps_pages_that_replace_each_other(fetch: Fetch) -> None:
    """A single-page application's pages are a snapshot each; a disabled button ends them."""
    exchange = fetch("/spa.html", paginator=Paginator(kind="click", selector="#next", page_num=9))
    assert exchange.response is not None
    pages = [items(snapshot) for snapshot in exchange.response.snapshots]

    assert pages == [names(1, 3), names(4, 6), names(7, 9), names(10, 12)]


def test_dialogs_are_dismissed(fetch: Fetch) -> None:
    """An alert, a question and a prompt block nobody."""
    assert shown(fetch("/alert.html")) == ["false null"]


def test_a_page_that_will_not_be_left_is_left(fetch: Fetch) -> None:
    """A beforeunload handler holds up neither a click nor the end."""
    actions = (Action(kind="click", selector="#touch"), Action(kind="click", selector="#leave"))
    exchange = fetch("/beforeunload.html", actions=actions)

    assert shown(exchange) == names(1, 5)


def test_a_popup_does_not_open(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """window.open gives nothing and asks the network for nothing."""
    exchange = fetch("/popup.html", actions=(Action(kind="click", selector="#open"),))

    assert shown(exchange) == ["refused"]
    assert not any("popup" in path for path in dynamic_site.paths()[1:])


def test_permissions_are_denied_at_once(fetch: Fetch) -> None:
    """Nobody is there to ask, and nothing waits for an answer."""
    exchange = fetch("/permissions.html", wait_delay=0.5)

    assert set(shown(exchange)) == {"no position", "notifications default", "no microphone"}


def test_a_load_event_that_never_comes_is_not_waited_for(fetch: Fetch) -> None:
    """10 s after the DOM is ready, the page is taken as it is."""
    exchange = fetch("/stalling.html")

    assert shown(exchange) == ["there"]
    assert 9_000 < exchange.milliseconds < 13_000


def test_images_fonts_and_media_are_not_asked_for(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """Of the sub-resources only the script is loaded."""
    fetch("/heavy.html")

    assert dynamic_site.paths() == ["/heavy.html", "/asset/script.js"]


def test_pages_in_flight_do_not_wait_for_each_other(
    chrome: ChromeFetcher, dynamic_site: DynamicSite
) -> None:
    """Four pages that take a second each are done in less than three."""
    for key in range(4):
        url = f"{dynamic_site.url}/delayed.html"
        chrome.start(FetchRequest(key=key, url=url, wait_delay=1.0))
    exchanges = wait_for(chrome)

    assert [exchange.key for exchange in exchanges] == [0, 1, 2, 3]
    assert max(exchange.milliseconds for exchange in exchanges) < 3500
