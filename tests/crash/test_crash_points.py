from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import invariants
from tests.crash.case import SHOP, CrashCase
from tests.crash.points import SIDES, read
from tests.crash.stage import KILLED, Stage
from tests.site import truth

POINTS = sorted(read().points)
AGAIN = [f"{step}.{side}:2" for step in ("commit.commit", "request") for side in SIDES]
"""Steps that are taken many times: the second time is another moment than the first."""

NO_SHOP = {"failing", "unreadable", "outdated", "people", "migrating"}
"""Scenarios whose process, if they have one, holds no records of the shop."""


def test_the_scenarios_come_to_every_point(passed: dict[str, str]) -> None:
    """A point that nothing passes would prove nothing, and one that the code hides is none."""
    assert sorted(set(POINTS) ^ passed.keys()) == []


def broken(stage: Stage, given: CrashCase) -> list[str]:
    """Return what does not hold."""
    url, storage = stage.settings.database_url, stage.storage
    memory = Path(given.memory)
    known = json.loads(memory.read_text(encoding="utf-8")) if memory.exists() else {}
    process = known["run"]["id"] if "run" in known else None
    got = [(one.headers["webhook-id"], one.body) for one in stage.hooks.got]
    found = [
        *invariants.each_ends_once(url, {process: known.get("ends", 1)} if process else {}),
        *invariants.nobody_is_told_twice(url),
        *invariants.cost_is_the_ledger(url),
        *invariants.balances_add_up(url),
        *invariants.webhooks_arrived(url, got),
        *invariants.objects_are_named(url, storage),
        *invariants.nothing_is_held(url),
    ]
    if process and given.scenario != "deleted":
        found += invariants.requests_were_counted(url, [process], stage.asked())
    if process and given.scenario not in NO_SHOP:
        whole = truth.records(SHOP, given.site, details=given.scenario != "chrome")
        found += invariants.records_are_the_truth(url, storage, process, whole)
    return found


@pytest.mark.parametrize("point", [*POINTS, *AGAIN])
def test_a_death_costs_nothing(stage: Stage, passed: dict[str, str], point: str) -> None:
    """The process dies at the point as by SIGKILL; the next goes on, and all invariants hold."""
    given = stage.given(passed[point.partition(":")[0]], point)
    ended = stage.live(given)
    after = stage.live(stage.again(given))

    assert ended == KILLED, stage.last_words()
    assert after == 0, stage.last_words()
    assert broken(stage, given) == []
