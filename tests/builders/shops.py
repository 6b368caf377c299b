"""Small shops as payloads and pages: a list, with details, below a path, of shared pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

HOST = "http://shop.test"
TITLE = {"name": "T", "selector": "a.t", "type": 2, "attrs": ["text"]}
PRICE = {"name": "P", "selector": "b"}


def payload(fields: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a payload that begins at ``/1`` and has blocks of the class ``r``."""
    return {
        "name": "shop",
        "format": "jsonl",
        "request": {"url": f"{HOST}/1"},
        "commonParent": ".r",
        "fields": fields,
        "paginator": {"nextPageSelector": "a.next", "pageNum": 99},
        **more,
    }


def block(number: int | str, links: Iterable[str] = ()) -> str:
    """Return a record's block: its title, and links to details."""
    linked = "".join(f'<a class="d" href="{HOST}{path}">d</a>' for path in links)
    return f'<div class="r"><a class="t" href="/x">t{number}</a>{linked}</div>'


def page(*blocks: str, following: str = "") -> str:
    """Return a page of these blocks, with a link to its next one."""
    after = f'<a class="next" href="{HOST}{following}">next</a>' if following else ""
    return f"<html><body>{''.join(blocks)}{after}</body></html>"


def item(price: object, following: str = "") -> str:
    """Return a details page of one record."""
    return page(f'<div class="r"><b>{price}</b></div>', following=following)


def plain(pages: int, each: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the payload and the pages of a list alone."""
    numbers = range(1, pages + 1)
    site = {
        f"{HOST}/{n}": page(
            *(block(f"{n}-{k}") for k in range(each)), following=f"/{n + 1}" if n < pages else ""
        )
        for n in numbers
    }
    return payload([TITLE]), site


def detailed(
    links: Mapping[int, list[list[str]]], items: Iterable[str], *, path: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a list whose records lead to details.

    ``links``: by list page, the paths of each record's details; ``items``: the paths that exist.
    """
    details = {
        "name": "item",
        "commonParent": ".r",
        "fields": [PRICE],
        "paginator": {"nextPageSelector": "a.next", "pageNum": 3},
    }
    linked = {"name": "D", "selector": "a.d", "type": 2, "attrs": ["text"], "details": details}
    site = {f"{HOST}{path_}": item(path_) for path_ in items}
    last = max(links)
    for number, records in links.items():
        blocks = (block(f"{number}-{k}", one) for k, one in enumerate(records))
        after = f"/{number + 1}" if number < last else ""
        site[f"{HOST}/{number}"] = page(*blocks, following=after)
    return payload([TITLE, linked], path=path), site
