from __future__ import annotations

from collections.abc import Callable

import pytest

from schemas.plan import Action, Paginator
from tests.site.dynamic.reading import items
from tests.site.dynamic.serve import DynamicSite
from workers.fetchers.base import Exchange

Fetch = Callable[..., Exchange]

TWIN = "<button class=more>More</button>"
HIDDEN = {
    "not displayed": f"<div style='display:none'>{TWIN}</div>",
    "invisible": f"<div style='visibility:hidden'>{TWIN}</div>",
    "collapsed": f"<div style='visibility:collapse'>{TWIN}</div>",
    "without a size": "<button class=more style='width:0;height:0;padding:0;border:0'></button>",
    "in a box without a height": f"<div style='height:0;overflow:hidden'>{TWIN}</div>",
    "left of the page": f"<div style='position:absolute;left:-999px'>{TWIN}</div>",
    "above the page": f"<div style='position:absolute;top:-999px'>{TWIN}</div>",
    "in a drawer": f"<div style='position:fixed;left:0;transform:translateX(-100%)'>{TWIN}</div>",
    "in a drawer below": f"<div style='position:fixed;top:100%'>{TWIN}</div>",
    "see-through": f"<div style='opacity:0;position:absolute'>{TWIN}</div>",
    "inert": f"<div inert>{TWIN}</div>",
    "closed": f"<details><summary>s</summary>{TWIN}</details>",
    "switched off": "<button class=more disabled>More</button>",
    "hidden": "<button class=more hidden>More</button>",
    "for readers": "<button class=more style='position:absolute;clip:rect(0 0 0 0)'>More</button>",
    "behind": f"<div style='position:absolute'>{TWIN}</div>"
    "<div style='position:absolute;width:99%;height:50px;background:#fff'></div>",
    "two of them": f"<div style='display:none'>{TWIN}</div><div style='opacity:0'>{TWIN}</div>",
}

PAGE = """{twin}<div style="margin-top:80px" id=list></div><button class=more id=m>More</button>
<script>
  let n = 0;
  const add = () => {{
    for (let i = 0; i < 4; i++, n++)
      list.insertAdjacentHTML("beforeend", `<p class='item'>${{n}}</p>`);
    if (n >= 12) m.remove();
  }};
  m.onclick = add;
  add();
</script>"""


@pytest.fixture
def twins(dynamic_site: DynamicSite) -> Callable[[str], str]:
    """Serve the list with such a twin before its button, and return the page's path."""

    def serve(kind: str) -> str:
        body = PAGE.format(twin=HIDDEN[kind]).encode()
        dynamic_site.extra["/twins"] = (200, {"Content-Type": "text/html"}, body)
        return "/twins"

    return serve


def count(exchange: Exchange) -> int:
    """Return how many records a page shows."""
    assert exchange.response is not None, exchange.error
    return len(items(exchange.response.body))


@pytest.mark.parametrize("kind", HIDDEN)
def test_the_button_that_a_person_sees_is_clicked(
    fetch: Fetch, twins: Callable[[str], str], kind: str
) -> None:
    """Of the elements that match, the first visible one counts, for paginators."""
    paginator = Paginator(kind="click", selector=".more", page_num=9)

    assert count(fetch(twins(kind), paginator=paginator)) == 12


@pytest.mark.parametrize("kind", ["not displayed", "in a drawer", "behind", "switched off"])
def test_actions_click_what_a_person_sees(
    fetch: Fetch, twins: Callable[[str], str], kind: str
) -> None:
    """The actions click and scroll choose as paginators do, and without waiting."""
    click = Action(kind="click", selector=".more")
    exchange = fetch(twins(kind), actions=(click, click))

    assert count(exchange) == 12
    assert exchange.milliseconds < 9_000
    scroll = Action(kind="scroll", selector=".more", times=1)
    assert count(fetch(twins(kind), actions=(scroll,))) == 8


def test_text_goes_into_the_field_that_is_seen(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """A search box for narrow windows comes first in many pages."""
    body = b"""<div style="display:none"><input name=q></div><input name=q id=q><p id=o></p>
    <script>q.oninput = () => o.outerHTML = `<p class='item'>${q.value}</p>`</script>"""
    dynamic_site.extra["/form"] = (200, {"Content-Type": "text/html"}, body)
    fill = Action(kind="input", selector="[name=q]", text="mill")
    exchange = fetch("/form", actions=(fill,))

    assert exchange.response is not None, exchange.error
    assert items(exchange.response.body) == ["mill"]


def test_a_button_that_is_only_there_unseen_is_clicked_in_the_end(
    fetch: Fetch, dynamic_site: DynamicSite
) -> None:
    """An action names its element: one that no one sees is clicked as a script would."""
    body = b"""<button style="display:none" id=b>b</button>
    <script>b.onclick = () => document.body.innerHTML = `<p class='item'>done</p>`</script>"""
    dynamic_site.extra["/unseen"] = (200, {"Content-Type": "text/html"}, body)

    assert count(fetch("/unseen", actions=(Action(kind="click", selector="#b"),))) == 1
