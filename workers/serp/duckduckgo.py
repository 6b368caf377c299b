"""DuckDuckGo: the HTML, lite and JavaScript surfaces; asked at the HTML one.

The HTML and lite surfaces page with a form (POST) that carries ``vqd``, which is bound to the query
and the user agent. The same parameters are accepted with GET, so ``next_url`` is such a URL.
"""

from __future__ import annotations

from urllib.parse import urlencode

from schemas.plan import Serp
from workers.serp.base import Pairs, Record, SerpPage
from workers.serp.dated import cut_date, date_among, date_shown
from workers.serp.dom import Node, Tree, attr, every, first, link_around, parse, text_of
from workers.serp.found import Found, once, page_of, record, titled, with_title
from workers.serp.links import build, follow, host_name, param, path_of, unwrap, whole
from workers.serp.lists import CHALLENGE, asked, listed
from workers.serp.related import related_anywhere
from workers.serp.shown import shown_address, texts_in
from workers.serp.tables import duckduckgo_region
from workers.serp.visitor import visitor

_BLOCK = ("form#challenge-form, form[action*='/anomaly.js'], [data-testid='anomaly-modal'],"
          " [class*='anomaly-modal']")  # fmt: skip
_NOTHING = ".no-results, .result--no-result, [data-testid='no-results-message']"
_HEADINGS = "h2, h3, td a[href], a[href*='uddg=']"
_EXTRAS, _DATE = ".result__extras span", ".result__date"
_APP_SHOWN = "[data-testid='result-extras-url-link']"
_RELATED = "[data-testid='related-searches'] a, [class*='related-searches'] a"
_AD_PATH = "/y.js"


class DuckDuckGo:
    """Paged by the form of the page before: without its ``vqd`` page 2 is a block."""

    def first_url(self, serp: Serp, base: str | None) -> str:
        """Return ``/html/`` with the region ``kl``."""
        params = {"q": serp.q, "kl": duckduckgo_region(serp.country, serp.language)}
        return build("html.duckduckgo.com", "/html/", params, base)

    def headers(self, serp: Serp) -> Pairs:
        """Return a visitor's that comes from the surface's own form."""
        return (*visitor(serp), ("Referer", "https://html.duckduckgo.com/"))

    def cookies(self, serp: Serp) -> Pairs:
        """Return the region, where one is asked."""
        region = duckduckgo_region(serp.country, serp.language)
        return (("kl", region),) if region else ()

    def read(self, html: str, url: str, *, serp: Serp, page: int) -> SerpPage:
        """Return what the page means; 'no results' pages may still show advertisements."""
        tree = parse(html)
        if tree.css_first(_BLOCK) is not None:
            return SerpPage(verdict="captcha")
        found = _read(tree, url)
        found.nothing = not found.organic and _says_nothing(tree, url)
        if not found.organic and not found.nothing:
            if tree.css_first(CHALLENGE) is not None:
                return SerpPage(verdict="captcha")
            if _is_shell(tree):
                return SerpPage(verdict="js_required")
        found.related = _related(tree, url) if "related" in serp.include else []
        found.next_url = _next(tree, url)
        return page_of(found, serp, page)


def _read(tree: Tree, url: str) -> Found:
    for layout, reader in (("lite", _lite), ("app", _app), ("html", _html)):
        organic, ads = reader(tree, url)
        if organic or ads:
            return Found(layout=layout, organic=once(organic), ads=with_title(ads))
    return _plain(tree, url) if asked(tree, "q") else Found(layout="")


def _plain(tree: Tree, url: str) -> Found:
    """Read a surface whose marks are unknown: the first link of each box that leads out."""

    def entry(_: Node, heading: Node) -> Record | None:
        link = heading if heading.tag == "a" else link_around(heading)
        target = unwrap(url, attr(link, "href")) if link is not None else None
        if target is None or _is_own(target, url):
            return None
        inside = link is not None and heading.css_first("a") is not None
        return record(title=text_of(link if inside else heading), url=target)

    return Found(layout="headings", organic=once(listed(tree.css(_HEADINGS), entry)))


def _is_own(target: str, url: str) -> bool:
    return host_name(target) == host_name(url) or host_name(target).endswith("duckduckgo.com")


def _html(tree: Tree, url: str) -> tuple[list[Record], list[Record]]:
    """Read ``div.result`` with an ``a.result__a``: the HTML surface, and the app until 2022."""
    organic: list[Record] = []
    ads: list[Record] = []
    for node in every(tree, "div.result, div.web-result"):
        link = node.css_first("a.result__a[href]")
        target = unwrap(url, attr(link, "href"))
        if link is None or target is None:
            continue
        published, snippet = cut_date(node.css_first(".result__snippet"))
        entry = record(
            title=text_of(link),
            url=target,
            displayUrl=shown_address(texts_in(node.css(".result__url")), target),
            snippet=snippet,
            published=published or date_among(node.css(_EXTRAS)) or date_shown(node.css(_DATE)),
        )
        marked = "result--ad" in attr(node, "class")
        (ads if marked or path_of(target) == _AD_PATH else organic).append(entry)
    return organic, ads


def _lite(tree: Tree, url: str) -> tuple[list[Record], list[Record]]:
    """Read rows of a table: the link in one, the snippet and the address in those below it."""
    organic: list[Record] = []
    ads: list[Record] = []
    for link in tree.css("a.result-link[href]"):
        row = _row(link)
        target = unwrap(url, attr(link, "href"))
        if row is None or target is None:
            continue
        below = _below(row)
        published, snippet = cut_date(_among(below, ".result-snippet"))
        shown = _among(below, ".link-text")
        entry = record(
            title=text_of(link),
            url=target,
            displayUrl=shown_address(texts_in([shown] if shown is not None else []), target),
            snippet=snippet,
            published=published or date_among([span for row in below for span in row.css("span")]),
        )
        marked = "result-sponsored" in attr(row, "class")
        (ads if marked or path_of(target) == _AD_PATH else organic).append(entry)
    return organic, ads


def _among(rows: list[Node], selector: str) -> Node | None:
    return next((node for row in rows if (node := row.css_first(selector)) is not None), None)


def _row(node: Node) -> Node | None:
    above = node.parent
    while above is not None and above.tag != "tr":
        above = above.parent
    return above


def _below(row: Node) -> list[Node]:
    """Return the rows up to the next result."""
    rows: list[Node] = []
    after = row.next
    while after is not None and (after.tag != "tr" or after.css_first("a.result-link") is None):
        if after.tag == "tr":
            rows.append(after)
        after = after.next
    return rows


def _app(tree: Tree, url: str) -> tuple[list[Record], list[Record]]:
    """Read the app since 2022: an ``article`` a result, with a heading that holds the link."""
    organic: list[Record] = []
    ads: list[Record] = []
    for node in tree.css("article[data-testid]"):
        kind = attr(node, "data-testid")
        heading = first(node, "h2", "[role=heading]")
        link = link_around(heading) if heading is not None else None
        target = unwrap(url, attr(link, "href"))
        if heading is None or target is None or kind not in ("result", "ad"):
            continue
        published, snippet = cut_date(node.css_first("[data-result='snippet']"))
        entry = record(
            title=text_of(_words(heading)),
            url=target,
            displayUrl=shown_address(texts_in(node.css(_APP_SHOWN)), target),
            snippet=snippet,
            published=published,
        )
        (ads if kind == "ad" or path_of(target) == _AD_PATH else organic).append(entry)
    return organic, ads


def _words(heading: Node) -> Node:
    """Return what of a heading is the title: its link where it holds one, less the ad's badge."""
    link = heading.css_first("a")
    return heading if link is None else link


def _related(tree: Tree, url: str) -> list[Record]:
    known = titled(map(text_of, every(tree, _RELATED)))
    return known or related_anywhere(tree.css("a[href*='q=']"), url, "q")


def _says_nothing(tree: Tree, url: str) -> bool:
    """Whether the page says so; the lite one has no mark for it, only no link to a result."""
    if tree.css_first(_NOTHING) is not None:
        return True
    if _is_shell(tree) or tree.css_first("form[action*='/lite'], form[action*='/html']") is None:
        return False
    targets = (unwrap(url, attr(link, "href")) for link in tree.css("a[href]"))
    return asked(tree, "q") and all(target is None or _is_own(target, url) for target in targets)


def _is_shell(tree: Tree) -> bool:
    """Whether this is the app before its script ran: it sends others to the HTML surface."""
    return any("/html" in (node.html or "") for node in tree.css("noscript"))


def _next(tree: Tree, url: str) -> str | None:
    """Return the form ahead as a URL: the one back looks the same but for its offset."""
    forms = ((form, _fields(form)) for form in tree.css("form"))
    here = whole(param(url, "s"))
    ahead = [(whole(values["s"]), form, values) for form, values in forms if _is_paging(values)]
    later = [entry for entry in ahead if entry[0] > here]
    if not later:
        return None
    _, form, values = max(later, key=lambda entry: entry[0])
    return follow(url, f"{attr(form, 'action') or '/html/'}?{urlencode(values)}")


def _fields(form: Node) -> dict[str, str]:
    return {attr(field, "name"): attr(field, "value") for field in form.css("input[name]")}


def _is_paging(values: dict[str, str]) -> bool:
    return bool(values.get("vqd") and values.get("q") and "s" in values)
