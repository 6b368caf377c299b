from __future__ import annotations

import json
from dataclasses import make_dataclass
from typing import Any

import pytest

from schemas import registry, stored_plan
from schemas.payload import load_plan
from schemas.stored_plan import dump_plan, restore_plan, version

URL = "https://example.test/list"
EVERYTHING = {
    "name": "all of it",
    "format": "csv",
    "request": {
        "url": URL,
        "type": "chrome",
        "waitDelay": 1.5,
        "actions": [{"input": {"inputSelector": "#q", "inputText": "x"}}, {"scroll": {}}],
        "headers": {"Accept-Language": "de", "X-A": "1"},
    },
    "commonParent": ".card",
    "fields": [
        {
            "name": "T",
            "selector": "h2",
            "attrs": ["text", "class"],
            "filters": [{"name": "trim"}, {"name": "regex", "param": "(.+)"}],
        },
        {
            "name": "D",
            "selector": "jsonld:Event.startDate",
            "filters": [
                {"name": "date", "param": {"languages": ["sk", "en"], "timezone": "UTC"}},
                {"name": "date"},
            ],
        },
        {
            "name": "L",
            "selector": "a",
            "type": 2,
            "details": {"name": "d", "fields": [{"name": "P", "selector": "p"}]},
        },
    ],
    "paginator": {"type": "scroll", "pageNum": 4},
}
PAYLOADS: list[dict[str, Any]] = [
    EVERYTHING,
    {"name": "s", "engine": "bing", "q": "moss", "country": "de", "pageNum": 2, "format": "xlsx"},
    {"capture": "content", "url": URL},
    {"capture": "content", "url": URL, "as": "markdown", "whole": True},
    {"capture": "pdf", "url": URL},
    {"capture": "screenshot", "url": URL},
    {"capture": "screenshot", "url": URL, "format": "jpeg", "fullPage": True},
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_stored_plan_comes_back_as_it_was(payload: dict[str, Any]) -> None:
    """Every value is of the same class and equal, tuples and numbers too."""
    plan = load_plan(payload, task_name="n")
    again = restore_plan(json.loads(dump_plan(plan)))

    assert again == plan
    assert repr(again) == repr(plan)


def test_a_plan_of_another_version_is_none() -> None:
    """What it means is not known here: it is compiled from the payload again."""
    stored = json.loads(dump_plan(load_plan(EVERYTHING)))

    assert restore_plan(stored | {"version": "another"}) is None
    assert restore_plan(None) is None


def test_the_version_changes_with_whatever_a_plan_is_made_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A member more, another default, or a format that is gone: nobody has to think of it."""
    versions = {version()}
    for members in ([("name", str)], [("name", str, "x")], [("name", int)]):
        monkeypatch.setattr(stored_plan, "Plan", make_dataclass("Plan", members))
        version.cache_clear()
        versions.add(version())
    monkeypatch.undo()
    monkeypatch.delitem(registry.OUTPUTS, "csv")
    version.cache_clear()
    versions.add(version())
    monkeypatch.undo()
    version.cache_clear()

    assert len(versions) == 5
    assert version() in versions
