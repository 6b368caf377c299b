from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schemas.payload import load_plan
from tests.site.dynamic.serve import DynamicSite
from workers.crawl.snapshots import merge
from workers.extraction.cage import timed_extract
from workers.extraction.source import Source, encode
from workers.fetchers.base import Exchange

Fetch = Callable[..., Exchange]
Read = Callable[..., list[Any]]

HTML = {"Content-Type": "text/html; charset=utf-8"}
MORE = "<button class=more>more</button>"
CLICK = {"type": "click", "selector": ".more", "pageNum": 20}
SCROLL = {"type": "scroll", "pageNum": 20}
TITLE = {"name": "T", "selector": "p"}
NOTE = {"name": "N", "selector": "i"}

LIBRARY = """
const list = document.querySelector("#list"), button = document.querySelector(".more");
const li = (...inner) => {
  const e = document.createElement("li");
  e.innerHTML = inner.join("");
  return e;
};
const p = (text) => `<p>${text}</p>`, i = (text) => `<i>${text}</i>`;
let n = 0;
"""

APPENDED = """
const add = () => {
  for (let k = 0; k < 4; k++, n++) list.append(ROW);
  CHANGE;
  if (n >= 12) button.remove();
};
add(); button.onclick = add;
"""
RENDERED = """
const show = () => {
  const rows = [];
  n += 4;
  for (let k = 0; k < n; k++) rows.push(ROW);
  list.replaceChildren(...rows);
  if (n >= 12) button.remove();
};
show(); button.onclick = show;
"""


@pytest.fixture
def read(fetch: Fetch, dynamic_site: DynamicSite) -> Read:
    """Serve a page with a list that a script fills, and return its records."""

    def records(code: str, paginator: dict[str, Any], *fields: dict[str, Any]) -> list[Any]:
        page = f"<ul id=list style='margin:0'></ul>{MORE}<script>{LIBRARY}{code}</script>"
        dynamic_site.extra["/list"] = (200, HTML, page.encode())
        plan = load_plan(
            {
                "name": "list",
                "request": {"url": f"{dynamic_site.url}/list", "type": "chrome"},
                "commonParent": "li",
                "fields": [*(fields or (TITLE,))],
                "paginator": paginator,
                "format": "json",
            }
        )
        collection = plan.collections[0]
        exchange = fetch("/list", paginator=collection.paginator)
        assert exchange.response is not None, exchange.error
        url = exchange.response.url
        shots = [
            Source(utf8=encode(text), url=url, is_marked=True)
            for text in exchange.response.snapshots
        ]
        contents = [timed_extract(shot, collection, plan, seconds=60) for shot in shots]
        return list(merge(contents).records)

    return records


def titles(records: list[Any]) -> list[str]:
    """Return each record's title."""
    return [record["T_text"] for record in records]


def numbered(count: int) -> list[str]:
    """Return the titles of a list."""
    return [f"item {number}" for number in range(count)]


EACH = "list.querySelectorAll('{}').forEach((e, k) => {})"
CHANGES = {
    "a counter": EACH.format("i", "e.textContent = `seen ${n + k} times`"),
    "an age": EACH.format("i", "e.textContent = `${n} min ago`"),
    "a class": EACH.format("li", "e.className = `row seen${n}`"),
    "an attribute": EACH.format("li", "e.dataset.look = n"),
    "one text": "list.querySelector('i').textContent = `sold ${n}`",
    "more in it": EACH.format("li", "e.insertAdjacentHTML('beforeend', '<b>x</b>')"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_whose_values_change_is_one_record(read: Read, change: str) -> None:
    """A list that only grows gives each item once, with the values of the last look."""
    code = APPENDED.replace("ROW", "li(p(`item ${n}`), i(`new ${n}`))")
    found = read(code.replace("CHANGE", CHANGES[change]), CLICK, TITLE, NOTE)

    assert titles(found) == numbered(12)
    if change == "an age":
        assert {record["N_text"] for record in found} == {"12 min ago"}


@pytest.mark.parametrize(
    "note", ["`${n} min ago`", "`seen ${n * 7 + k} times`", "k == 1 ? `sold ${n}` : `left ${k}`"]
)
def test_elements_that_are_made_anew_are_known_by_what_stays(read: Read, note: str) -> None:
    """The whole list is rendered again at each click, with other values in it."""
    code = RENDERED.replace("ROW", f"li(p(`item ${{k}}`), i({note}))")

    assert titles(read(code, CLICK, TITLE, NOTE)) == numbered(12)
    assert titles(read(code, CLICK, NOTE, TITLE)) == numbered(12)


@pytest.mark.parametrize("code", [APPENDED, RENDERED])
def test_equal_records_are_as_many_as_there_are(read: Read, code: str) -> None:
    """The same advert in three places is three records, whoever makes its elements."""
    number = "n" if code is APPENDED else "k"
    row = f"li(p({number} % 3 ? `item ${{{number}}}` : `advert`))"
    found = titles(read(code.replace("ROW", row).replace("CHANGE", ""), CLICK))

    assert found == ["advert" if n % 3 == 0 else f"item {n}" for n in range(12)]


def test_elements_that_are_used_again_hold_other_records(read: Read) -> None:
    """A list that keeps a pool of rows and moves them gives every row, in order."""
    code = """
    list.style = "position:relative;height:6000px;list-style:none"; button.remove();
    const rows = Array.from({length: 40}, () => list.appendChild(li(p(""), i("in stock"))));
    const draw = () => {
      const first = Math.max(0, Math.floor(scrollY / 50) - 5);
      for (let k = first; k < Math.min(120, first + 40); k++) {
        const row = rows[k % 40];
        row.style = `position:absolute;top:${k * 50}px`;
        row.firstChild.textContent = `item ${k}`;
      }
    };
    onscroll = draw; draw();
    """
    assert sorted(titles(read(code, SCROLL, TITLE, NOTE))) == sorted(numbered(120))


@pytest.mark.parametrize("kind", ["in place", "replaced"])
def test_pages_that_take_each_others_place_are_all_kept(read: Read, kind: str) -> None:
    """The next page's records stand in the same elements, or in new ones; a value may be equal."""
    code = """
    const towns = ["Ulm", "Bonn", "Kiel", "Jena", "Hof", "Bonn", "Trier", "Cleve", "Gera", "Bonn"];
    const text = (k) => [p(`event ${n + k}`), i(towns[(n + k) % 10])].join("");
    const show = () => {
      for (let k = 0; k < 4; k++) FILL;
      n += 4; button.disabled = n >= 12;
    };
    show(); button.onclick = show;
    """
    fill = {
        "in place": "(list.children[k] ?? list.appendChild(li())).innerHTML = text(k)",
        "replaced": "list.children[k]?.remove(), list.insertBefore(li(text(k)), list.children[k])",
    }
    found = read(code.replace("FILL", fill[kind]), CLICK, TITLE, NOTE)

    assert titles(found) == [f"event {number}" for number in range(12)]


def test_rows_that_stand_in_for_records_are_none(read: Read) -> None:
    """What says that a list still loads is filled in place."""
    code = """
    const add = () => {
      const rows = Array.from({length: 4}, () => list.appendChild(li(p("Loading"))));
      if (list.children.length >= 12) button.remove();
      fetch("/api/echo?text=x&delay=0.3").then(() =>
        rows.forEach((row) => row.firstChild.textContent = `item ${n++}`));
    };
    add(); button.onclick = add;
    """
    assert titles(read(code, CLICK)) == numbered(12)


def test_a_list_that_is_sorted_anew_holds_each_record_once(read: Read) -> None:
    """New ones come between old ones; the order is that of the last look."""
    code = APPENDED.replace("ROW", "li(p(`item ${(n * 7 + 3) % 12}`))").replace(
        "CHANGE",
        "[...list.children].sort((a, b) => b.innerText.slice(5) - a.innerText.slice(5))"
        ".forEach((e) => list.append(e))",
    )
    assert titles(read(code, CLICK)) == numbered(12)[::-1]
    code = RENDERED.replace("ROW", "li(p(`item ${(k * 7 + 3) % 12}`))").replace(
        "list.replaceChildren",
        "rows.sort((a, b) => a.innerText < b.innerText ? 1 : -1);list.replaceChildren",
    )
    assert titles(read(code, CLICK)) == sorted(numbered(12), reverse=True)


def test_new_records_may_come_first(read: Read) -> None:
    """A feed that grows at its head keeps its order."""
    code = APPENDED.replace("list.append(ROW)", "list.prepend(li(p(`item ${n}`)))")

    assert titles(read(code.replace("CHANGE", ""), CLICK)) == numbered(12)[::-1]


def test_a_list_that_gives_way_to_a_sign_comes_again_once(read: Read) -> None:
    """While it loads more, the whole list is gone."""
    code = """
    const show = () => {
      n += 4;
      list.innerHTML = n > 4 ? "<li>" + p("Loading…") + "</li>" : "";
      fetch("/api/echo?text=x&delay=0.3").then(() => {
        list.innerHTML = "";
        for (let k = 0; k < n; k++) list.append(li(p(`item ${k}`)));
        if (n >= 12) button.remove();
      });
    };
    show(); button.onclick = show;
    """
    found = titles(read(code, CLICK))

    assert [title for title in found if title != "Loading…"] == numbered(12)


def test_pictures_alone_are_told_by_their_elements(read: Read) -> None:
    """Each has a stand-in of its own until it is seen, and says nothing else."""
    code = """
    for (; n < 30; n++)
      list.append(li(`<img src="data:image/gif;base64,R0lG${n}" data-src=/${n}.gif height=150>`));
    const see = () => list.querySelectorAll("img[data-src]").forEach((e) => {
      if (e.getBoundingClientRect().top < innerHeight) {
        e.src = e.dataset.src;
        e.removeAttribute("data-src");
      }
    });
    onscroll = see; see(); button.remove();
    """
    picture = {"name": "I", "selector": "img", "attrs": ["src"]}
    found = [record["I_src"].rpartition("/")[2] for record in read(code, SCROLL, picture)]

    assert found == [f"{number}.gif" for number in range(30)]


def test_a_value_that_alone_is_taken_may_change(read: Read) -> None:
    """The block says who it is, though the payload does not ask for it."""
    code = APPENDED.replace("ROW", "li(p(`Name of ${'abcdefghijkl'[n]}`), i(n))").replace(
        "CHANGE", "list.querySelectorAll('i').forEach((e, k) => e.textContent = 100 * n + k)"
    )
    found = read(code, CLICK, NOTE)

    assert [record["N_text"] for record in found] == [str(1200 + number) for number in range(12)]
