from __future__ import annotations

import pytest

from tests.acceptance.client import starting
from tests.storm.event_log import EventLog
from tests.storm.options import StormOptions
from tests.storm.report import report
from tests.storm.storm import StormOutcome, weather

SHORT = StormOptions(seed=7, kills=25, minutes=0.75, processes=12)

MAY_BE_MISSED = {"nothing follows a cancel's reply"}
"""A process may be over before its cancel comes; `test_stack_cancel.py` leaves none of it out."""


def print_line(line: str) -> None:
    print(line)  # noqa: T201 - shown when the test fails


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> StormOutcome:
    """A short storm, the same each time, over a stack of its own."""
    with starting(), EventLog(tmp_path_factory.mktemp("storm") / "events.txt") as events:
        return weather(SHORT, tmp_path_factory.mktemp("stack"), events, print_line)


@pytest.mark.timeout(420)
def test_no_invariant_is_broken_by_a_short_storm(outcome: StormOutcome) -> None:
    """Nothing lost, nothing doubled, nothing wrongly charged, whatever is killed."""
    print_line(report(outcome))

    assert outcome.broken == []
    assert outcome.fault_loop.kills >= 10
    assert len(outcome.load.runs) >= SHORT.processes
    assert {name for name, one in outcome.findings.items() if not one.checked} <= MAY_BE_MISSED
