"""Google's web results: the rendered page since 2018, and the page without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from workers.serp.base import Record
from workers.serp.dated import cut_date
from workers.serp.dom import (
    Node,
    Tree,
    ancestors,
    attr,
    classes,
    every,
    lines_of,
    link_around,
    text_of,
    widest,
)
from workers.serp.forms.dates import date_in
from workers.serp.found import Found, once, record
from workers.serp.google_common import external
from workers.serp.google_kind import GoogleKind
from workers.serp.links import host_name
from workers.serp.shown import shown_address, texts_in

Shown = Callable[[Iterable[str], str], str]

_RESULT = {"tF2Cxc", "g"}
FEW = 4  # the usual box is only then the usual one when a fourth of the headings are in it
FEWER = 2  # a page for a phone has more than twice as many headings by role as by name
_SCOPES = ("#rso h3", "#search h3, #center_col h3")
_MOBILE = "#rso .Ww4FFb [role=heading][aria-level='3'], #rso .vt6azd [role=heading][aria-level='3']"
_ROLES = "#rso [role=heading]"
_CARDS = {"table", "g-scrolling-carousel", "g-inner-card"}
_ROOTS = {"rso", "search", "main", "center_col"}
_SNIPPETS = (".VwiC3b", ".st", ".aCOpRe", ".IsZvec", "[style*='line-clamp']", ".s3v9rd",
             "[data-sncf='1'], [data-sncf='2'], [data-sncf='1,2']", "[data-sncf]")  # fmt: skip
_SHOWN = "cite, .UPmit"
_DATED = f"{_SHOWN}, .slp, .fG8Fp"  # the line below a video or a discussion
_MORE = "a[href*='#:~:text='], .osl"  # "Read more", and the links below an old snippet


class Google(GoogleKind):
    """Paged by ``start`` through the link that the page itself has."""

    def find(self, tree: Tree, url: str) -> Found:
        """Return the organic results."""
        return read_web(tree, url)


def read_web(tree: Tree, url: str, shown: Shown = shown_address) -> Found:
    """Return the organic results: headings with a link that leads out.

    ``shown`` picks ``displayUrl`` from the texts of its place.
    """
    rendered = tree.css_first("#rso, #search") is not None
    headings = _first_scope(tree, _SCOPES if rendered else ("h3",))
    organic = _results(headings, url, shown)
    if not any(map(_in_result, headings)):
        mobile = _results(_first_scope(tree, (_MOBILE, _ROLES)), url, shown)
        if len(mobile) > FEWER * len(organic):
            return Found(layout="mobile", organic=mobile)
    if organic:
        return Found(layout="rendered" if rendered else "basic", organic=organic)
    return Found(layout="lines", organic=_lines(tree, url, shown))


def _first_scope(tree: Tree, scopes: Iterable[str]) -> list[Node]:
    return next((found for scope in scopes if (found := every(tree, scope))), [])


def _lines(tree: Tree, url: str, shown: Shown) -> list[Record]:
    """Read a page without headings: links through the redirect, their first line the title."""
    found = []
    for link in tree.css("a[href*='/url?']"):
        target = external(url, link)
        lines = lines_of(link) if target else []
        if target and lines and "google" not in host_name(target).split("."):
            box = widest(link, "a[href*='/url?']")
            published, snippet = cut_date(_snippet(box, link))
            found.append(
                record(
                    title=lines[0],
                    url=target,
                    displayUrl=shown(lines[1:], target),
                    snippet=snippet,
                    published=published,
                )
            )
    return list({entry["url"]: entry for entry in reversed(found)}.values())[::-1]


def _results(headings: list[Node], url: str, shown: Shown) -> list[Record]:
    entries = [(node, external(url, link_around(node))) for node in headings if _is_web(node)]
    linked = [(node, target) for node, target in entries if target is not None]
    known = [(node, target) for node, target in linked if _in_result(node)]
    # A heading outside of the usual box is a card, as of a video; unless the boxes got new names.
    return once(
        _entry(node, target, shown)
        for node, target in (known if len(known) * FEW >= len(linked) else linked)
    )


def _within(node: Node) -> Iterator[Node]:
    for above in ancestors(node):
        if attr(above, "id") in _ROOTS:
            return
        yield above


def _is_web(heading: Node) -> bool:
    """Whether the heading is neither an answer's source, nor an advertisement, nor a site link."""
    for above in _within(heading):
        marks = above.attributes
        if any(mark in marks for mark in ("data-text-ad", "data-q", "data-initq")):
            return False
        if above.tag in _CARDS or "related-question-pair" in classes(above):
            return False
        if attr(above, "id") in ("tads", "tadsb", "bottomads", "taw"):
            return False
    return True


def _in_result(heading: Node) -> bool:
    names = (set(classes(above)) for above in _within(heading))
    return any(name & _RESULT and "PmEWq" not in name for name in names)


def _box(heading: Node) -> Node:
    """Return the widest element around the heading that has no other one: the whole result."""
    box = heading
    for above in _within(heading):
        if len(above.css("h3")) > 1:
            break
        box = above
    return box


def _entry(heading: Node, target: str, shown: Shown) -> Record:
    box = _box(heading)
    published, snippet = cut_date(_snippet(box, heading), less=_MORE)
    # A discussion shows how many took part and since when, in the address's place.
    dates = (date_in(text_of(place)) for place in box.css(_DATED))
    return record(
        title=text_of(heading),
        url=target,
        displayUrl=shown(texts_in(box.css(_SHOWN)), target) or _line_shown(heading, target),
        snippet=snippet,
        published=published or next(filter(None, dates), ""),
    )


def _line_shown(heading: Node, target: str) -> str:
    """Return the address from the lines of the link, where the places for it got other names."""
    link = next((above for above in ancestors(heading) if above.tag == "a"), None)
    return shown_address(lines_of(link) if link is not None else (), target)


def _snippet(box: Node, heading: Node) -> Node | None:
    """Return the snippet's element: neither in the heading nor around it."""
    title = {node.mem_id for node in (heading, *heading.css("*"), *ancestors(heading))}
    matches = (node for selector in _SNIPPETS for node in box.css(selector))
    return next((node for node in matches if node.mem_id not in title), None)
