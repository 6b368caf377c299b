from __future__ import annotations

from typing import Any

import pytest

from schemas.problem import Invalid
from workers.task_input import load_draft, load_update

GOOD: dict[str, Any] = {
    "name": "books",
    "request": {"url": "https://example.test/"},
    "fields": [{"name": "Title", "selector": "h3"}],
    "format": "json",
}


def _places(body: object) -> list[str]:
    with pytest.raises(Invalid) as caught:
        load_draft(body, countries=None)
    return [fault.pointer for fault in caught.value.faults]


def test_a_payload_that_can_run_is_loaded() -> None:
    """Bare or in an envelope."""
    assert load_draft(GOOD, countries=None).plan.format == "json"
    assert load_draft({"payload": GOOD}, countries=None).payload == GOOD


@pytest.mark.parametrize(("enveloped", "prefix"), [(False, ""), (True, "/payload")])
def test_what_the_engines_cannot_run_is_refused_at_its_place(
    *, enveloped: bool, prefix: str
) -> None:
    """A selector and an expression, both named at once."""
    payload = GOOD | {
        "commonParent": "div[",
        "fields": [
            {"name": "A", "selector": "a", "filters": [{"name": "regex", "param": "(?=x)"}]}
        ],
    }
    places = _places({"payload": payload} if enveloped else payload)

    assert places == [f"{prefix}/commonParent", f"{prefix}/fields/0/filters/0/param"]


def test_faults_of_shape_and_of_engines_come_in_one_answer() -> None:
    """A wrong format, an unknown member, a bad selector at the top and one in the details."""
    payload = GOOD | {
        "format": "pdf",
        "paginatr": {},
        "fields": [
            {
                "name": "A",
                "selector": "a[[",
                "details": {"fields": [{"name": "B", "selector": "xpath://a["}]},
            },
            "no object",
        ],
    }
    places = _places({"name": "n", "payload": payload})

    assert {
        "/payload/format",
        "/payload/paginatr",
        "/payload/fields/0/selector",
        "/payload/fields/0/details/fields/0/selector",
        "/payload/fields/1",
    } <= set(places)
    assert len(places) == len(set(places))


@pytest.mark.parametrize("body", [None, 1, "text", [], {}, {"payload": None}, {"payload": []}])
def test_a_body_that_is_no_task_is_invalid(body: object) -> None:
    """Whatever it is, it ends as a named fault."""
    assert _places(body)


def test_an_update_is_asked_of_the_engines_too() -> None:
    """Its payload replaces the old one whole, so it has to run."""
    with pytest.raises(Invalid) as caught:
        load_update(
            {"payload": GOOD | {"commonParent": "::"}},
            task_name="",
            countries=None,
            stored_exports=(),
        )

    assert [fault.pointer for fault in caught.value.faults] == ["/payload/commonParent"]


def test_an_update_without_a_payload_changes_the_rest() -> None:
    """Only what the body carries is not None."""
    changes = load_update({"name": "n"}, task_name="", countries=None, stored_exports=())

    assert (changes.name, changes.description, changes.plan) == ("n", None, None)
