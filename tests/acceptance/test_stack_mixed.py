from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.missing import needed_browser
from tests.site.server import SiteServer

SCRIPTED = "<!doctype html><title>x</title><main></main><script>%s</script>"
SHOW = "document.querySelector('main').innerHTML = `%s`;"
CLICKED = (
    "document.querySelector('main').innerHTML = '<button>show</button>';"
    "document.querySelector('button').onclick = () => {%s};"
)


@pytest.fixture(autouse=True)
def _browser(stack: RunningStack) -> None:
    needed_browser()
    eventually(lambda: stack.rows("SELECT 1 FROM presence WHERE browser"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which a site serves its files."""
    with SiteServer(root=tmp_path) as site:
        yield tmp_path, f"{site.url}/files"


def cards(numbers: range) -> str:
    return "".join(f"<div class=card><a href=d{n}.html>Card {n}</a></div>" for n in numbers)


def payload(url: str, details: dict[str, Any] | None, **request: Any) -> dict[str, Any]:
    field: dict[str, Any] = {"name": "Card", "selector": "a", "attrs": ["text"]}
    if details is not None:
        price = {"name": "Price", "selector": ".price"}
        field["details"] = {"name": "d", "fields": [price], "request": details}
    return {
        "name": "mixed",
        "request": {"url": url, **request},
        "commonParent": ".card",
        "fields": [field],
        "paginator": {"nextPageSelector": "a.next", "pageNum": 2},
        "format": "json",
    }


def fetchers(api: ApiClient, process: str) -> list[tuple[str, str]]:
    """Return the last part of each page's URL, and what it was fetched with."""
    pages = api.get(f"/process/{process}/pages")
    return [(page["url"].rpartition("/")[2], page["fetcher"]) for page in pages]


@pytest.mark.parametrize("listing", ["base", "chrome"])
def test_a_listing_and_its_details_may_have_a_fetcher_each(
    api: ApiClient, folder: tuple[Path, str], listing: str
) -> None:
    """Base with Chrome details and the other way round: the same records, in order, each once."""
    path, url = folder
    details = "chrome" if listing == "base" else "base"
    plain = cards(range(3))
    shown = SCRIPTED % (SHOW % plain)
    (path / "list.html").write_text(plain if listing == "base" else shown)
    for n in range(3):
        price = f"<p class=price>{n}.50</p>"
        (path / f"d{n}.html").write_text(price if details == "base" else SCRIPTED % (SHOW % price))
    sent = payload(f"{url}/list.html", {"type": details}, type=listing)
    ended = api.wait(api.run(sent)["id"])

    assert json.loads(api.file(ended["results"])) == [
        {"Card_text": f"Card {n}", "Card_details": [{"Price_text": f"{n}.50"}]} for n in range(3)
    ]
    assert (ended["requestCount"], ended["responseCount"], ended["failedCount"]) == (4, 4, 0)
    assert fetchers(api, ended["id"]) == [("list.html", listing)] + [
        (f"d{n}.html", details) for n in range(3)
    ]


def test_what_a_host_needed_is_remembered_and_a_base_pages_actions_are_carried_out(
    api: ApiClient, stack: RunningStack, folder: tuple[Path, str]
) -> None:
    """The start page alone is fetched twice, and charged once: as what it was fetched with."""
    path, url = folder
    following = "<a class=next href=two.html>next</a>"
    (path / "one.html").write_text(SCRIPTED % (CLICKED % (SHOW % (cards(range(2)) + following))))
    (path / "two.html").write_text(SCRIPTED % (CLICKED % (SHOW % cards(range(2, 4)))))
    sent = payload(
        f"{url}/one.html", None, waitDelay=0.1, actions=[{"click": {"clickSelector": "button"}}]
    )
    ended = api.wait(api.run(sent)["id"])
    charged = stack.rows("SELECT -amount FROM ledger WHERE process_id = %s", ended["id"])
    hosts = stack.rows("SELECT chrome_hosts FROM processes WHERE id = %s", ended["id"])

    assert json.loads(api.file(ended["results"])) == [{"Card_text": f"Card {n}"} for n in range(4)]
    assert fetchers(api, ended["id"]) == [("one.html", "chrome"), ("two.html", "chrome")]
    assert (ended["requestCount"], ended["responseCount"]) == (3, 2)
    assert charged == [(100,), (100,)]
    assert len(hosts[0][0]) == 1


def test_a_host_that_needed_no_browser_is_not_asked_by_one_again(
    api: ApiClient, folder: tuple[Path, str]
) -> None:
    """A start page that holds nothing in Chrome either: one look, and the rest goes on as base."""
    path, url = folder
    (path / "one.html").write_text("<p>nothing</p><a class=next href=two.html>next</a>")
    (path / "two.html").write_text(cards(range(1)))
    ended = api.wait(api.run(payload(f"{url}/one.html", None))["id"])

    assert json.loads(api.file(ended["results"])) == [{"Card_text": "Card 0"}]
    assert fetchers(api, ended["id"]) == [("one.html", "chrome"), ("two.html", "base")]
    assert (ended["requestCount"], ended["responseCount"], ended["emptyCount"]) == (3, 2, 1)
