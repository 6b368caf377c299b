"""A payload that is right in every part, and ways to change one part of it."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.payload import load_plan
from schemas.plan import Action, Collection, Field
from schemas.problem import Invalid

URL = "https://example.test/list"


def payload(**members: Any) -> dict[str, Any]:
    """Return a valid payload with ``members`` put in."""
    basis = {
        "name": "books",
        "request": {"url": URL},
        "fields": [{"name": "Title", "selector": "h3 a"}],
        "format": "json",
    }
    return basis | members


def without(name: str) -> dict[str, Any]:
    """Return a valid payload that lacks ``name``."""
    sent = payload()
    del sent[name]
    return sent


def field(**members: Any) -> dict[str, Any]:
    """Return a valid payload whose one field has ``members``."""
    return payload(fields=[{"name": "Title", "selector": "h3 a"} | members])


def details(**members: Any) -> dict[str, Any]:
    """Return a valid payload whose one field has details with ``members``."""
    return field(details={"fields": [{"name": "x", "selector": "y"}]} | members)


def request(**members: Any) -> dict[str, Any]:
    """Return a valid payload whose request has ``members``."""
    return payload(request={"url": URL} | members)


def chrome(*actions: Any) -> dict[str, Any]:
    """Return a valid payload whose page in Chrome is asked to do ``actions``."""
    return request(type="chrome", actions=list(actions))


def serp(**members: Any) -> dict[str, Any]:
    """Return a valid payload of an engine and a query with ``members``."""
    return {"name": "s", "engine": "google", "q": "x", "format": "json"} | members


def fields(*sent: dict[str, Any]) -> dict[str, Any]:
    """Return a valid payload with the fields ``sent``."""
    return payload(fields=[{"selector": "a"} | one for one in sent])


def faults(sent: object, **options: Any) -> list[tuple[str, str]]:
    """Return place and sentence of all that is wrong with ``sent``."""
    with pytest.raises(Invalid) as caught:
        load_plan(sent, **options)
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


def top(**members: Any) -> Collection:
    """Return the top collection of a valid payload with ``members``."""
    return load_plan(payload(**members)).collections[0]


def loaded_field(**members: Any) -> Field:
    """Return what a field with ``members`` becomes."""
    return load_plan(field(**members)).collections[0].fields[0]


def loaded_action(sent: dict[str, Any]) -> Action:
    """Return what the action ``sent`` becomes."""
    return load_plan(chrome(sent)).collections[0].request.actions[0]


def nested(depth: int) -> dict[str, Any]:
    """Return a collection with ``depth`` levels of details below it."""
    below = {"details": nested(depth - 1)} if depth else {}
    return {"fields": [{"name": f"at {depth}", "selector": "a", **below}]}
