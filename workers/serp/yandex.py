"""Yandex: one list of items since 2015, in three vocabularies, with wizards and ads in it."""

from __future__ import annotations

from schemas.plan import Serp
from workers.serp.base import Pairs, Record, SerpPage
from workers.serp.dated import cut_date
from workers.serp.dom import (
    Node,
    Tree,
    attr,
    classes,
    every,
    first,
    lines_of,
    link_around,
    parse,
    text_of,
    without,
)
from workers.serp.forms.addresses import is_address
from workers.serp.forms.counts import is_rated
from workers.serp.found import Found, once, page_of, record, titled
from workers.serp.links import build, follow, host_name, param, path_of, unwrap
from workers.serp.lists import CHALLENGE, asked, link_ahead, listed, says_something
from workers.serp.related import related_anywhere
from workers.serp.shown import shown_address, texts_in
from workers.serp.tables import yandex_host, yandex_language
from workers.serp.trimmed import trimmed_text
from workers.serp.visitor import visitor

_BLOCK = "[class*='CheckboxCaptcha'], [class*='AdvancedCaptcha'], form[action*='checkcaptcha']"
_NOTHING = ".EmptySearchResults, .RequestMeta-Message, .misspell__message"
_ITEM = ".serp-item, .b-serp-item"
_AD = ".AdvLabel, [class*='AdvLabel'], .label_type_ads"
_SNIPPETS = (".OrganicTextContentSpan", ".OrganicText", ".organic__text", ".text-container",
             ".serp-item__text", ".b-serp-item__text")  # fmt: skip
_SHOWN = ".Path, .path, .serp-url__item, .b-serp-url, [class*='Path']"
_TITLES = (".OrganicTitleContentSpan", ".organic__title", ".organic__url-text")
_BESIDE = "[class*='Path'], [class*='Rating'], [class*='Subtitle'], .a11y-hidden"
_RELATED = "[class*='Related'] a, .related a"
_NEXT = (".Pager-Item_type_next", ".pager__item_kind_next", ".pager__button_kind_nextpage",
         ".b-pager__next")  # fmt: skip
_AD_WORDS = {"реклама", "промо", "реклама·18+", "ad", "sponsored", "advertising", "reklam"}
_WIZARDS = ("neuro", "direct", "serp-adv")
_VERTICALS = ("/video", "/images", "/search", "/maps", "/news", "/yandsearch", "/market")


class Yandex:
    """Paged by ``p`` (from 0) through the link that the page itself has."""

    def first_url(self, serp: Serp, base: str | None) -> str:
        """Return ``/search/`` with ``text`` and ``lang``, at the country's host."""
        params = {"text": serp.q, "lang": yandex_language(serp.language)}
        return build(yandex_host(serp.country), "/search/", params, base)

    def headers(self, serp: Serp) -> Pairs:
        """Return a visitor's."""
        return visitor(serp)

    def cookies(self, serp: Serp) -> Pairs:
        """Return none: the cookie notice only lies over the results."""
        del serp
        return ()

    def read(self, html: str, url: str, *, serp: Serp, page: int) -> SerpPage:
        """Return what the page means."""
        tree = parse(html)
        found = _read(tree, url)
        if not found.organic:
            if tree.css_first(_BLOCK) is not None or path_of(url).startswith("/showcaptcha"):
                return SerpPage(verdict="captcha")
            said = tree.css_first(_NOTHING) is not None
            if not said and tree.css_first(CHALLENGE) is not None:
                return SerpPage(verdict="captcha")
            # A message over items that can't be read is no word that there are none.
            found.nothing = not _items(tree) and (said or _is_hollow(tree))
        found.related = _related(tree, url) if "related" in serp.include else []
        pager = tree.css_first(", ".join(f"a{name}[href]" for name in _NEXT))
        pager = pager or link_ahead(tree, url, "p")
        found.next_url = follow(url, attr(pager, "href")) if pager is not None else None
        return page_of(found, serp, page)


def _is_hollow(tree: Tree) -> bool:
    """Whether the place of results has words, and no heading that is a link."""
    place = tree.css_first("#search-result")
    if place is None or not says_something(place) or not asked(tree, "text"):
        return False
    return place.css_first("h2 a, a h2, h3 a, a h3") is None


def _items(tree: Tree) -> list[Node]:
    """Return the items with a heading that is a link: neither answers nor paid places for one."""
    return [node for node in every(tree, _ITEM) if _link(node) is not None]


def _link(node: Node) -> Node | None:
    heading = node.css_first("h2, h3")
    return link_around(heading) if heading is not None else None


def _read(tree: Tree, url: str) -> Found:
    found = Found(layout="list")
    for node in _items(tree):
        target = unwrap(url, attr(_link(node), "href"))
        if target is None or attr(node, "data-fast-name").startswith(_WIZARDS[:1]):
            continue
        if _is_ad(node, target):
            found.ads.append(_entry(node, target))
        elif not _is_vertical(target, url):
            found.organic.append(_entry(node, target))
    found.organic, found.ads = once(found.organic), once(found.ads)
    if not (found.organic or found.ads) and asked(tree, "text"):
        return _plain(tree, url)
    return found


def _plain(tree: Tree, url: str) -> Found:
    """Read a list whose marks are unknown: the first heading of each of its items."""

    def entry(box: Node, heading: Node) -> Record | None:
        link = link_around(heading)
        target = unwrap(url, attr(link, "href")) if link is not None else None
        if target is None or _is_ad(box, target) or _is_vertical(target, url):
            return None
        named = any(line.lower() in _AD_WORDS for line in lines_of(box))
        return None if named else _entry(box, target)

    return Found(layout="headings", organic=once(listed(tree.css("h2"), entry)))


def _is_ad(node: Node, target: str) -> bool:
    marked = attr(node, "data-fast-name") in _WIZARDS or "RsyaGuarantee" in classes(node)
    return marked or node.css_first(_AD) is not None or host_name(target).startswith("yabs.")


def _is_vertical(target: str, url: str) -> bool:
    """Whether the link leads to another kind of search of the engine (or of its stand-in)."""
    host = host_name(target)
    own = host == host_name(url) or host.startswith(("yandex.", "www.yandex.", "ya."))
    return own and path_of(target).startswith(_VERTICALS) and param(target, "text") is not None


def _title(heading: Node | None, target: str) -> str:
    """Return the heading's words: on phones it holds rating and address of the result as well.

    On large screens it begins with a number, read out to those who can't see.
    """
    if heading is None:
        return ""
    known = first(heading, *_TITLES)
    if known is not None and text_of(known):
        return text_of(known)

    def is_other(text: str) -> bool:
        return is_rated(text) or is_address(text, target)

    if heading.css_first(_BESIDE) is not None:
        heading = without(heading, _BESIDE)
    return trimmed_text(heading, number=str.isdigit, other=is_other)


def _related(tree: Tree, url: str) -> list[Record]:
    known = titled(map(text_of, every(tree, _RELATED)))
    return known or related_anywhere(tree.css("a[href*='text=']"), url, "text")


def _entry(node: Node, target: str) -> Record:
    published, snippet = cut_date(first(node, *_SNIPPETS))
    heading = node.css_first("h2, h3")
    places = every(node, _SHOWN) + ([heading] if heading is not None else [])
    return record(
        title=_title(heading, target),
        url=target,
        displayUrl=shown_address(texts_in(places), target),
        snippet=snippet,
        published=published,
    )
