"""What Google shows beside results, alike in all of its kinds: ads, questions, related searches."""

from __future__ import annotations

from workers.serp.base import Record
from workers.serp.dom import Node, Tree, attr, every, text_of
from workers.serp.found import Found, once, record, titled
from workers.serp.links import param, unwrap
from workers.serp.related import related_anywhere, related_in
from workers.serp.shown import shown_address, texts_in

_RELATED = ("#brs a", "#bres a", "#botstuff a[href*='/search?']")
_SHOWN = "cite, .x2VHCd, .UdQCqe"
_IMAGES = "isch"
_PAGING = "start="


def add_others(found: Found, tree: Tree, url: str) -> None:
    """Add ads, questions and related searches, in the order of the page."""
    found.ads = once(_ad(node, url) for node in every(tree, "[data-text-ad], li.ads-ad"))
    pairs = tree.css(".related-question-pair")
    found.questions = titled(
        attr(pair, "data-q") or attr(pair.css_first("[data-q]"), "data-q") for pair in pairs
    )
    found.related = _related(tree, url)


def _ad(node: Node, url: str) -> Record:
    target = unwrap(url, attr(node.css_first("a[href^=http]"), "href"))
    return record(
        title=text_of(node.css_first("[role=heading], h3")),
        url=target,
        displayUrl=shown_address(texts_in(node.css(_SHOWN)), target or ""),
    )


def _related(tree: Tree, url: str) -> list[Record]:
    """Return those of the place that a rendered page has for them, else those found by form.

    Pages without scripts have no such place, and those of pictures show them among the pictures.
    """
    places = (tree.css(selector) for selector in _RELATED)
    links = [link for link in next(filter(None, places), []) if _PAGING not in attr(link, "href")]
    if links or (tree.css_first("#rso") is not None and param(url, "tbm") != _IMAGES):
        return related_in(links, url, "q")
    return related_anywhere(tree.css("a[href*='/search?']"), url, "q")
