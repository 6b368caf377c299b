"""Baidu: one column of results, their targets in ``mu``, classes with a hash at their end.

Enriched blocks (encyclopedia, videos, answers) stand between the results and carry a class of
their own; only where a page has nothing else, as that of the news, they are its results.
"""

from __future__ import annotations

import re

from schemas.plan import Serp
from workers.extraction.urls import is_http
from workers.serp.base import Pairs, Record, SerpPage
from workers.serp.dated import cut_date, date_among
from workers.serp.dom import Node, Tree, attr, classes, link_around, parse, text_of
from workers.serp.forms.dates import is_date
from workers.serp.found import Found, once, page_of, record, titled
from workers.serp.links import build, follow, host_name, path_of, unwrap
from workers.serp.lists import CHALLENGE, asked, link_ahead, listed, says_something
from workers.serp.related import related_in
from workers.serp.shown import shown_site, texts_in
from workers.serp.visitor import visitor

_BLOCK = ("[class*='passMod_'], form[action*='wappass.baidu.com'],"
          " [src*='wappass.baidu.com/static/captcha']")  # fmt: skip
_NOTHING = ".content_none, .nors"
_SNIPPETS = (".c-abstract", "[class*='content-right_']", "[class*='summary-gap_']",
             "[class*='summary-text_']", "[aria-label^='摘要']", ".c-summary",
             "[class*='c-font-normal']")  # fmt: skip
_DATES = (".newTimeFactor_before_abs, .c-author, [class*='text-minor'], .c-color-gray2,"
          " [aria-label^='发布于']")  # fmt: skip
_SHOWN = (".c-showurl, [class*='siteLink_'], [class*='source-text'], [aria-label^='新闻来源'],"
          " [class*='news-source'], .c-author")  # fmt: skip
_RELATED = "#rs a, #rs_new a"
_BLOCKS = "[tpl='app/rs'] a, [tpl='recommend_list'] a, [class*='rg-upgrade'] a"
_BOXES = {"c-container", "result", "result-op"}
_FIELDS = ("wd", "word")
_AD_PATH = "/baidu.php"
_FAKES = (".lightapp.baidu.com", ".recommend_list.baidu.com")
_HOME = re.compile(r"http-equiv\s*=|location\.(?:replace|href)")
_TINY = 1024  # characters; the page that only sends a visitor home


class Baidu:
    """Paged by ``pn`` through the link that the page itself has."""

    def first_url(self, serp: Serp, base: str | None) -> str:
        """Return ``/s`` with ``wd``; Baidu takes neither a country nor a language."""
        return build("www.baidu.com", "/s", {"wd": serp.q, "ie": "utf-8"}, base)

    def headers(self, serp: Serp) -> Pairs:
        """Return a visitor's."""
        return visitor(serp)

    def cookies(self, serp: Serp) -> Pairs:
        """Return none: Baidu asks nobody for consent."""
        del serp
        return ()

    def read(self, html: str, url: str, *, serp: Serp, page: int) -> SerpPage:
        """Return what the page means."""
        tree = parse(html)
        found = _read(tree, url)
        if not found.organic:
            if _is_captcha(tree, url):
                return SerpPage(verdict="captcha")
            if len(html) < _TINY and _HOME.search(html):
                return SerpPage(verdict="js_required")
            found.nothing = _says_nothing(tree, url)
        found.related = _related(tree, url) if "related" in serp.include else []
        found.next_url = _next(tree, url)
        return page_of(found, serp, page)


def _is_captcha(tree: Tree, url: str) -> bool:
    notice = text_of(tree.css_first("title")) == "百度安全验证"
    if notice or host_name(url).startswith("wappass."):
        return True
    block = _BLOCK if tree.css_first("#content_left") is not None else f"{_BLOCK}, {CHALLENGE}"
    return tree.css_first(block) is not None


def _says_nothing(tree: Tree, url: str) -> bool:
    """Whether the page says so, or has the column of results with none in it."""
    if tree.css_first(_NOTHING) is not None:
        return True
    column = tree.css_first("#content_left")
    if column is None or not says_something(column):
        return False
    targets = (unwrap(url, attr(link, "href")) for link in column.css("a[href]"))
    return not any(target and _leads_out(target, url) for target in targets)


def _is_answer(tree: Tree) -> bool:
    return tree.css_first("#content_left") is not None or asked(tree, *_FIELDS)


def _leads_out(target: str, url: str) -> bool:
    """Whether a link is one of a result: a redirect of the engine, or another's page."""
    host = host_name(target)
    if host == host_name(url) or host.endswith("baidu.com"):
        return path_of(target) in ("/link", _AD_PATH)
    return True


def _read(tree: Tree, url: str) -> Found:
    found = _column(tree, url)
    if found.organic or not _is_answer(tree):
        return found

    def entry(box: Node, _: Node) -> Record | None:
        one = _entry(box, url, ads=False)
        real = one is not None and (attr(box, "mu") or _leads_out(one.get("url", ""), url))
        return one if real else None

    return Found(layout="headings", organic=once(listed(tree.css("h3"), entry)), ads=found.ads)


def _column(tree: Tree, url: str) -> Found:
    blocks = tree.css("#content_left > *") or tree.css("#container > *")
    boxes = [node for node in blocks if _BOXES & set(classes(node))]
    plain = [node for node in boxes if "result" in classes(node)]
    return Found(
        layout="results" if plain else "blocks" if boxes else "",
        organic=_entries(plain, url) or _entries(boxes, url),
        ads=_entries(blocks, url, ads=True),
    )


def _entries(nodes: list[Node], url: str, *, ads: bool = False) -> list[Record]:
    """Return the records of the boxes that are advertisements, or of those that are not."""
    entries = (_entry(node, url, ads=ads) for node in nodes)
    return once(entry for entry in entries if entry is not None)


def _entry(node: Node, url: str, *, ads: bool) -> Record | None:
    heading = node.css_first("h3")
    link = link_around(heading) if heading is not None else None
    target = unwrap(url, attr(link, "href")) if link is not None else None
    if heading is None or target is None or (path_of(target) == _AD_PATH) is not ads:
        return None
    real = _real(attr(node, "mu")) or target
    published, snippet = cut_date(_snippet(node))
    return record(
        title=text_of(heading),
        url=real,
        displayUrl=shown_site(texts_in(node.css(_SHOWN)), target),
        snippet=snippet,
        published=published or date_among(node.css(_DATES)),
    )


def _snippet(node: Node) -> Node | None:
    """Return the snippet's element; date and publisher have some of its classes, too."""
    places = (place for selector in _SNIPPETS for place in node.css(selector))
    return next((place for place in places if _is_prose(place)), None)


def _is_prose(place: Node) -> bool:
    text = text_of(place)
    around = (attr(place.parent, "class"), attr(place, "class"))
    return bool(text) and not is_date(text) and not any("source" in names for names in around)


def _related(tree: Tree, url: str) -> list[Record]:
    known = titled(map(text_of, tree.css(_RELATED)))
    return known or related_in(tree.css(_BLOCKS), url, "wd")


def _real(target: str) -> str:
    """Return ``mu``, less the inventions that some blocks have there."""
    return target if is_http(target) and not host_name(target).endswith(_FAKES) else ""


def _next(tree: Tree, url: str) -> str | None:
    """Return the link ahead: 'back' looks the same but for its ``pn``."""
    link = link_ahead(tree, url, "pn")
    return follow(url, attr(link, "href")) if link is not None else None
