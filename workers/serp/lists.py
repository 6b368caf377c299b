"""A list of results told by its structure alone, for a page whose classes and ids are unknown.

It is asked last, where no known mark found a result, and only of a page that repeats a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workers.serp.base import Record
from workers.serp.dom import Node, Tree, ancestors, attr, text_of
from workers.serp.links import param, whole

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
    """Return the link to the nearest offset beyond that of ``url``, by the parameter ``name``."""
    here, links = whole(param(url, name)), tree.css(f"a[href*='{name}=']")
    ahead = {whole(param(attr(link, "href"), name)): link for link in reversed(links)}
    later = [offset for offset in ahead if offset > here]
    return ahead[min(later)] if later else None


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
