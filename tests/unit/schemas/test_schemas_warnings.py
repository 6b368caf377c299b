"""The closed list of warnings."""

from __future__ import annotations

from schemas.warnings import PAGE_WARNINGS, RUN_WARNINGS, WARNINGS, PayloadWarning


def test_each_warning_is_told_of_a_page_or_of_a_run() -> None:
    """Most of a page alone; one of a run alone, for no page knows of all details pages."""
    assert set(WARNINGS) == PAGE_WARNINGS | RUN_WARNINGS
    assert set(WARNINGS) - PAGE_WARNINGS == {"no_details"}


def test_a_warning_without_a_cure_has_no_hint() -> None:
    """A member that says nothing is left out."""
    bare = PayloadWarning("no_next", "/paginator", "It leads nowhere.")
    cured = PayloadWarning("no_next", "/paginator", "It leads nowhere.", "Try `a.next`.")

    assert set(bare.as_json()) == {"code", "pointer", "detail"}
    assert cured.as_json()["hint"] == "Try `a.next`."
