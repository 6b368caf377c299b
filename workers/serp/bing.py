"""Bing: one list of results, its links bare or wrapped, its block a page without that list."""

from __future__ import annotations

from schemas.plan import Serp
from workers.serp.base import Pairs, Record, SerpPage
from workers.serp.dated import cut_date, date_shown
from workers.serp.dom import Node, Tree, ancestors, attr, first, link_around, parse, text_of
from workers.serp.found import Found, once, page_of, record, titled
from workers.serp.links import build, follow, host_name, path_of, unwrap
from workers.serp.lists import CHALLENGE, asked, link_ahead, listed, says_something
from workers.serp.related import related_anywhere
from workers.serp.shown import shown_address, texts_in
from workers.serp.tables import bing_language
from workers.serp.visitor import visitor

_BLOCK = ".captcha, .captcha_header, #b_captcha, form[action*='/turing/captcha']"
_ADS = ("/aclick", "/aclk")
_DATE = ".news_dt"
_RELATED = ".b_rs li a, #brsv3 li a, #inline_rs a, .b_rrsr a"


class Bing:
    """Paged by ``first`` through the link that the page itself has."""

    def first_url(self, serp: Serp, base: str | None) -> str:
        """Return ``/search`` with ``cc`` and ``setLang``."""
        language = bing_language(serp.language)
        params = {"q": serp.q, "cc": serp.country, "setLang": language}
        return build("www.bing.com", "/search", params, base)

    def headers(self, serp: Serp) -> Pairs:
        """Return a visitor's; Bing minds ``Accept-Language`` more than its own parameters."""
        return visitor(serp)

    def cookies(self, serp: Serp) -> Pairs:
        """Return none: the cookie notice only lies over the results."""
        del serp
        return ()

    def read(self, html: str, url: str, *, serp: Serp, page: int) -> SerpPage:
        """Return what the page means; the challenge keeps the usual title, so that is no mark."""
        tree = parse(html)
        found = _read(tree, url)
        if not found.organic:
            said = tree.css_first("li.b_no, #b_results .b_no") is not None
            if tree.css_first(_BLOCK if said else f"{_BLOCK}, {CHALLENGE}") is not None:
                return SerpPage(verdict="captcha")
            found.nothing = said or _is_hollow(tree, url)
        # The block above the list and the one below it hold the same advertisements.
        found.ads = once(entry for node in tree.css("li.b_ad") for entry in _ads(node, url))
        found.questions = titled(text_of(node) for node in tree.css(".df_qntext"))
        found.related = _related(tree, url) if "related" in serp.include else []
        pager = tree.css_first("a.sb_pagN[href]")
        if pager is None and found.layout == "headings":
            pager = link_ahead(tree, url, "first")
        found.next_url = follow(url, attr(pager, "href")) if pager is not None else None
        return page_of(found, serp, page)


def _read(tree: Tree, url: str) -> Found:
    organic = _organic(tree, url)
    if organic or not asked(tree, "q"):
        return Found(layout="list", organic=organic)

    def entry(box: Node, heading: Node) -> Record | None:
        inner = (above for above in ancestors(heading) if above.tag == "li")
        if (item := next(inner, None)) is not None and item.mem_id != box.mem_id:
            return None  # a card, with a list of its own
        found = _entry(box, url)
        return found if found is not None and not _is_own(found.get("url", ""), url) else None

    return Found(layout="headings", organic=once(listed(tree.css("h2"), entry)))


def _is_own(target: str, url: str) -> bool:
    host = host_name(target)
    return host == host_name(url) or host.endswith("bing.com")


def _is_hollow(tree: Tree, url: str) -> bool:
    """Whether this is a frame of results that has words, and leads nowhere."""
    if not says_something(tree.css_first("#b_results")) or not asked(tree, "q"):
        return False
    targets = (unwrap(url, attr(link, "href")) for link in tree.css("#b_results a[href]"))
    return all(target is None or _is_own(target, url) for target in targets)


def _organic(tree: Tree, url: str) -> list[Record]:
    # Only children of the list: cards in it and beside it use the same class for their entries.
    return once(
        entry
        for node in tree.css("#b_results > li.b_algo")
        if (entry := _entry(node, url)) is not None
    )


def _related(tree: Tree, url: str) -> list[Record]:
    known = titled(map(text_of, tree.css(_RELATED)))
    return known or related_anywhere(tree.css("a[href*='/search?']"), url, "q")


def _entry(node: Node, url: str) -> Record | None:
    heading = node.css_first("h2")
    link = link_around(heading) if heading is not None else None
    target = unwrap(url, attr(link, "href")) if link is not None else None
    if heading is None or target is None or path_of(target) in _ADS:
        return None
    text = first(node, ".b_caption p", "p[class*='b_lineclamp']", ".b_snippet", "p")
    published, snippet = cut_date(text, less=".algoSlug_icon", dated=_DATE)
    return record(
        title=text_of(heading),
        url=target,
        displayUrl=shown_address(texts_in(node.css("cite")), target),
        snippet=snippet,
        published=published or date_shown(node.css(_DATE)),
    )


def _ads(node: Node, url: str) -> list[Record]:
    found = []
    for heading in node.css("h2"):
        link = link_around(heading)
        target = unwrap(url, attr(link, "href")) if link is not None else None
        around = next((a for a in ancestors(heading) if a.tag == "li"), node)
        found.append(
            record(
                title=text_of(heading),
                url=target,
                displayUrl=shown_address(texts_in(around.css("cite")), target or ""),
                snippet=text_of(first(around, ".b_caption p", "p")),
            )
        )
    return found
