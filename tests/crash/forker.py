"""Forks an actor for each line that it is sent, and answers how that one ended.

A process that has loaded everything and connected to nothing, so that a life costs a fork.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

from tests.crash import actor
from tests.crash.case import CrashCase
from tests.crash.scenarios import SCENARIOS
from workers import crashpoint
from workers.log import configure
from workers.settings import settings

APPLICATION = actor.prepared()


def live(given: CrashCase) -> None:
    """Be an actor of the case to the end of its scenario, or to its crash point."""
    passed: dict[str, None] = {}
    os.environ["CRASHPOINT"] = given.crashpoint or "nowhere"
    settings.cache_clear()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is said there is the answer
    configure(settings())
    if given.passed:
        crashpoint.reach = passed.setdefault  # type: ignore[assignment]
    one = actor.Actor(given, APPLICATION)
    SCENARIOS[given.scenario](one)
    one.settle()
    if given.passed:
        Path(given.passed).write_text(json.dumps(list(passed)), encoding="utf-8")


def main() -> None:
    """Serve until the standard input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                live(CrashCase(**json.loads(line)))
            except BaseException:  # noqa: BLE001 - whatever it is, the test has to hear of it
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
