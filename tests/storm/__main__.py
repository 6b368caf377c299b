"""``make storm``: a storm as the environment asks for it; its tables go to ``build/storm``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.storm.event_log import EventLog
from tests.storm.options import given
from tests.storm.report import report
from tests.storm.storm import weather


def say(line: str) -> None:
    """Print a line with the time."""
    print(time.strftime("%H:%M:%S"), line, flush=True)  # noqa: T201 - progress is what it is for


def main() -> int:
    """Run a storm; 1 when an invariant was broken, and then its stack's folder is kept."""
    asked = given(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="storm-"))
    say(f"the stack is in {folder}")
    asked.out.mkdir(parents=True, exist_ok=True)
    with EventLog(asked.out / f"storm-{asked.seed}.txt") as events:
        outcome = weather(asked, folder, events, say)
    text = report(outcome)
    (asked.out / f"storm-{asked.seed}.md").write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - the result
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    sys.exit(main())
