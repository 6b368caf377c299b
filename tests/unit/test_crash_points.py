from __future__ import annotations

from tests.crash.points import read


def test_whatever_changes_something_outside_has_a_crash_point() -> None:
    """A commit, upload, message, revoke, request or job without a point is named here."""
    code = read()

    assert code.faults == []
    assert len(code.points) >= 120
