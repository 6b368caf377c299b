from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from workers import proc


def test_a_process_is_known_by_number_and_start() -> None:
    """Whatever its name is: it stands in parentheses, and may hold spaces and parentheses."""
    mine = proc.stat_of(os.getpid())

    assert mine is not None
    assert (mine.pid, mine.parent, mine.group) == (os.getpid(), os.getppid(), os.getpgrp())
    assert mine.started.isdecimal()
    assert mine.state not in proc.OVER


def test_a_name_may_look_like_fields(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """`) Z 1` is a name that a process may give itself."""
    monkeypatch.setattr(proc, "PROC", tmp_path)
    folder = tmp_path / "7"  # type: ignore[operator]
    folder.mkdir()
    (folder / "stat").write_text("7 (a) Z 1 (b) S 3 5 " + "0 " * 16 + "99 0\n")

    assert proc.stat_of(7) == proc.ProcessStat(7, "S", 3, 5, "99")


def test_a_process_that_ended_is_over_until_it_is_gone() -> None:
    """Its parent has not looked yet; after that there is nothing to be known."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    end_by = time.monotonic() + 10
    while (seen := proc.stat_of(child.pid)) and seen.state not in proc.OVER:
        assert time.monotonic() < end_by
        time.sleep(0.01)
    child.wait()

    assert seen is not None
    assert proc.stat_of(child.pid) is None
