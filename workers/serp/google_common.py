"""What the kinds of Google have in common: parameters, consent, block notices, paging."""

from __future__ import annotations

from schemas.plan import Serp
from workers.serp.base import Pairs, Verdict
from workers.serp.dom import Node, Tree, attr, first
from workers.serp.links import build, follow, host_name, path_of, unwrap
from workers.serp.lists import CHALLENGE, asked, link_ahead
from workers.serp.tables import google_country, google_host, google_interface, google_restriction

CONSENT: Pairs = (("CONSENT", "YES+"), ("SOCS", "CAESHAgBEhIaAB"))
"""'Only what is necessary' as answered on the consent page, in its old and its new form."""

_CAPTCHA = (
    "form#captcha-form, #recaptcha.g-recaptcha, form[action*='/sorry/'],"
    " a[href*='.google.com/sorry/']"
)
_CONSENT = "form[action*='//consent.google.'], form[action*='//consent.youtube.']"
_FRAME = "#rso, #search, #topstuff, #res, .Gx5Zad, .ZINbbc, table.GpQGbf, article, [role=article]"
"""Any sign of a frame for results; words alone would take genuine results for a notice."""

_RETRIES = ("/httpservice/retry/enablejs", "&gbv=1&sei=", "&amp;gbv=1&amp;sei=")
"""Where a page that wants scripts sends a visitor without them, now and until 2019."""


def google_url(serp: Serp, base: str | None, **more: str) -> str:
    """Return ``/search`` with ``gl``, ``hl`` and ``lr``, at the country's interface domain."""
    params = {
        "q": serp.q,
        **more,
        "hl": google_interface(serp.language),
        "lr": google_restriction(serp.language),
        "gl": google_country(serp.country),
    }
    return build(google_host(serp.country), "/search", params, base)


def blocked(tree: Tree, html: str, url: str) -> Verdict | None:
    """Return the kind of block notice that the page is, None where it is none."""
    if tree.css_first(_CAPTCHA) is not None or path_of(url).startswith("/sorry"):
        return "captcha" if tree.css_first("#rso") is None else None
    if tree.css_first(_FRAME) is not None:
        return None
    if tree.css_first(_CONSENT) is not None or host_name(url).startswith("consent."):
        return "consent"
    if any(retry in html for retry in _RETRIES) and not _outward(tree, "a[href]", url):
        return "js_required"
    return "captcha" if tree.css_first(CHALLENGE) is not None else None


_INTERNAL = frozenset({"/search", "/imgres", "/aclk", "/pagead/aclk", "/url", "/maps"})
"""Paths that, with a query, lead back into Google; without one they are pages like any other."""


def is_own(target: str) -> bool:
    """Whether the link stays with Google: more of a block, a map, an advertisement's counter."""
    labels = host_name(target).split(".")
    if "googleadservices" in labels:
        return True
    return "google" in labels[:3] and labels[0] in _FRONTS and _is_internal(target)


def _is_internal(target: str) -> bool:
    return path_of(target) in _INTERNAL and "?" in target


_FRONTS = ("www", "google", "maps", "ipv4", "images")


def external(url: str, link: Node | None) -> str | None:
    """Return where a result's link leads; None for one that stays with the engine.

    A page may be served by a stand-in, so that the engine's own paths are told at any host that
    answered, too.
    """
    href = attr(link, "href")
    if not href or href.startswith(("#", "javascript:")):
        return None
    target = unwrap(url, href)
    if target is None or is_own(target):
        return None
    same = host_name(target) == host_name(url)
    return None if same and _is_internal(target) else target


def next_page(tree: Tree, url: str) -> str | None:
    """Return the next page: the rendered page's link, or the one of the page without scripts."""
    link = first(tree, "a#pnnext[href]", "#nav td.navend:last-child a[href*='start=']")
    if link is None:
        link = _plain_next(tree, url)
    return follow(url, attr(link, "href")) if link is not None else None


def _plain_next(tree: Tree, url: str) -> Node | None:
    """Return the footer's link to the nearest greater ``start``.

    Rendered pages are left out: where they lack ``#pnnext`` they load more while one scrolls.
    """
    if tree.css_first("#search, #rso") is not None:
        return None
    return link_ahead(tree, url, "start")


_PICTURE = "img[src*='encrypted-tbn'], img[data-src], img[data-iurl]"
"""A thumbnail of something that was found."""


def says_nothing(tree: Tree, url: str) -> bool:
    """Whether this is a frame of results in which nothing leads anywhere.

    The sentence itself is localised. New markup is not taken for it: its results have links.
    """
    if tree.css_first("#search") is not None:
        frame = tree.css_first("#topstuff, #botstuff") is not None
        return frame and not _outward(tree, "#search a[href], #rso a[href], #topstuff a[href]", url)
    frame = asked(tree, "q") and tree.css_first("a[href*='/search?']") is not None
    return frame and tree.css_first(_PICTURE) is None and not _outward(tree, "a[href]", url)


def _outward(tree: Tree, selector: str, url: str) -> bool:
    targets = (unwrap(url, attr(node, "href")) for node in tree.css(selector))
    own = host_name(url)
    hosts = (host_name(target) for target in targets if target is not None)
    return any(host != own and "google" not in host.split(".") for host in hosts)
