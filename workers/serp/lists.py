"""A list of results told by its structure alone, for a page whose classes and ids are unknown.

It is asked last, where no known mark found a result, and only of a page that repeats a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workers.extraction.urls import absolute
from workers.serp.base import Record
from workers.serp.dom import Node, Tree, ancestors, attr, text_of
from workers.serp.links import param, path_of, whole

FEWEST = 3  # boxes with a heading that leads out; fewer are no list
CHALLENGE = (
    "[src*='captcha'], [class*='captcha'], [id*='captcha'], form[action*='captcha'],"
    " [src*='challenges.cloudflare.com/'], [src*='arkoselabs.com/']"
)
"""What wants to see a person, whoever made it: asked only of pages on which nothing was found."""


def asked(tree: Tree, *names: str) -> bool:
    """Whether the page repeats the query that it answers, in the field of that name."""
    fields = tree.css(", ".join(f"input[name={name}], textarea[name={name}]" for name in names))
    return any((attr(field, "value") or text_of(field)).strip() for field in fields)


def link_ahead(tree: Tree, url: str, name: str) -> Node | None:
    """Return the link to the nearest offset beyond that of ``url``, by the parameter ``name``.

    Only the engine's own: results may have a parameter of that name, too.
    """
    here, links = whole(param(url, name)), tree.css(f"a[href*='{name}=']")
    own = [link for link in links if _place(url, attr(link, "href")) == _place(url, url)]
    ahead = {whole(param(attr(link, "href"), name)): link for link in reversed(own)}
    later = [offset for offset in ahead if offset > here]
    return ahead[min(later)] if later else None


def _place(url: str, href: str) -> str:
    return path_of(absolute(url, href) or "").rstrip("/")


def says_something(place: Node | None) -> bool:
    """Whether the place of results holds words: an empty one waits for its script."""
    return place is not None and bool(text_of(place))


def listed(headings: Iterable[Node], entry: Callable[[Node, Node], Record | None]) -> list[Record]:
    """Return the records of the longest row of siblings that have a heading in them each.

    ``entry`` makes the record of a sibling and its first heading, None where it is no result.
    """
    rows: dict[int, dict[int, tuple[Node, Node]]] = {}
    for heading in headings:
        child = heading
        for above in ancestors(heading):
            rows.setdefault(above.mem_id, {}).setdefault(child.mem_id, (child, heading))
            child = above
    longest = max(rows.values(), key=len, default={})
    found = [one for box, heading in longest.values() if (one := entry(box, heading)) is not None]
    return found if len(found) >= FEWEST else []
