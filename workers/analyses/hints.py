"""What only the page itself can tell of a payload's mistakes: cures, asked where something failed.

Keys are places below the collection, as JSON pointers; values are sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from schemas.plan import Collection, Field
from workers.errors import ExtractTimeout
from workers.extraction.nearest import count_of, is_css, nearest_matches
from workers.extraction.report import PageReport
from workers.extraction.reported import ReportedContent
from workers.extraction.tree import Tree

MOST_NAMED = 10  # attributes that a sentence lists

_NEXT = ("a[rel~=next]", "link[rel~=next]", ".next a", "a.next", "[aria-label*=ext] a", ".pager a")
"""Where the next page often is."""


def hints(tree: Tree, collection: Collection, content: ReportedContent) -> dict[str, str]:
    """Return a cure for each place that gave nothing, where one is near."""
    linked = {link.field for link in content.links}
    found: dict[str, str] = {}
    with suppress(ExtractTimeout):  # the page was read: it is told of without cures
        found.update(_found(tree, collection, content.report, linked))  # as far as it comes
    return {place: text for place, text in found.items() if text}


def _found(
    tree: Tree, collection: Collection, report: PageReport, linked: set[int]
) -> Iterator[tuple[str, str]]:
    if report.blocks == 0 and collection.common_parent:
        yield "/commonParent", _nearest(tree, collection.common_parent)
    for number, (field, seen) in enumerate(zip(collection.fields, report.fields, strict=True)):
        place = f"/fields/{number}"
        if seen.matches == 0:
            yield f"{place}/selector", _nearest(tree, field.selector)
        elif seen.in_blocks == 0 and report.blocks:
            yield f"{place}/selector", _outside(tree, field, collection)
        else:
            if not all(key.filled for key in seen.keys):
                yield f"{place}/attrs", _attributes(tree, field)
            if field.details is not None and number not in linked:
                yield f"{place}/selector", _link_near(tree, field)
    paginator = collection.paginator
    if paginator.kind == "next" and paginator.selector and report.next_candidates == 0:
        yield "/paginator/nextPageSelector", _next(tree, paginator.selector)


def _nearest(tree: Tree, selector: str) -> str:
    found = nearest_matches(tree, selector)
    return " ".join(f"`{near}` matches {count}." for near, count in found)


def _outside(tree: Tree, field: Field, collection: Collection) -> str:
    """Say where the matches are, and what the blocks would have to be to hold them."""
    first = tree.first(field.selector) if is_css(field.selector) else None
    above = first.parent if first is not None else None
    where = f" The first match is inside `{_name_of(above)}`." if above is not None else ""
    wider = "Take a block that holds it" if collection.common_parent else "Say `commonParent`"
    return f"{wider}, or a selector of something inside the blocks.{where}"


def _name_of(node: object) -> str:
    tag = getattr(node, "tag", "") or ""
    words = (getattr(node, "attributes", {}).get("class") or "").split()
    return f"{tag}.{words[0]}" if words else str(tag)


def _attributes(tree: Tree, field: Field) -> str:
    first = tree.first(field.selector) if is_css(field.selector) else None
    names = [f"`{name}`" for name in (first.attributes if first is not None else {})][:MOST_NAMED]
    return f"Its first match has {', '.join(names)}." if names else ""


def _link_near(tree: Tree, field: Field) -> str:
    """Say where a link is, if the matches of a field with details are none."""
    if not is_css(field.selector) or "," in field.selector:
        return ""
    for candidate in (f"{field.selector} a[href]", "a[href]"):
        count = count_of(tree, candidate)
        if count:
            return f"`{candidate}` matches {count}."
    return ""


def _next(tree: Tree, selector: str) -> str:
    inside = f"{selector} a[href]" if is_css(selector) and "," not in selector else None
    for candidate in (inside, *_NEXT):
        if candidate and (count := count_of(tree, candidate)):
            return f"`{candidate}` matches {count}."
    return _nearest(tree, selector)
