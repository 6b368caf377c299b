"""What the demonstration asks for: every product with the particulars of its own page."""

from __future__ import annotations

from typing import Any

from deploy.demo.catalogue import PER_PAGE, PRODUCTS


def _text(name: str, selector: str, *filters: dict[str, str]) -> dict[str, Any]:
    trimmed = [{"name": "trim"}, *filters]
    return {"name": name, "selector": selector, "type": 1, "attrs": ["text"], "filters": trimmed}


_NUMBER = {"name": "regex", "param": r"[\d.,]+"}
_FIRST_NUMBER = {"name": "regex", "param": r"^[\d.]+"}


def task(site: str) -> dict[str, Any]:
    """Return the task that extracts the whole catalogue of ``site``."""
    details = {
        "name": "particulars",
        "fields": [
            _text("Size", ".size"),
            _text("Rating", ".stars", _FIRST_NUMBER),
            _text("Reviews", ".reviews", _FIRST_NUMBER),
            _text("Stock", ".stock"),
        ],
    }
    name = {"name": "Name", "selector": "h2 a", "type": 2, "attrs": ["text", "href"]}
    payload = {
        "name": "catalogue",
        "request": {"url": site},
        "commonParent": ".product",
        "fields": [
            {**name, "details": details},
            _text("Maker", ".maker"),
            _text("Price", ".price", _NUMBER),
        ],
        "paginator": {"nextPageSelector": "a.next", "pageNum": -(-PRODUCTS // PER_PAGE)},
        "format": "json",
    }
    return {"name": "Millstream Goods", "payload": payload}
