"""Ends a stack whose supervisor is gone: a process that waits for the other end of its input.

However the supervisor ends, the kernel closes its end of the pipe; nothing of a stack is then left
running without somebody who looks after it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIG_IGN, SIGHUP, SIGINT, SIGTERM, signal

from deploy.local import proc
from deploy.local.home import Home

GRACE_SECONDS = 3.0
LOOK_EVERY = 0.1


@contextmanager
def reaper(home: Home, lock: int) -> Iterator[None]:
    """Watch over this process: should it die within the block, its stack dies too.

    The reaper holds the home's lock as well, so that no new stack starts while it ends the old one.
    """
    root = Path(__file__).parents[2]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "deploy.local.reaper", str(home.path)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"GRISTMILL_HOME": str(home.path), "PYTHONPATH": str(root)},
        pass_fds=(lock,),
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def main(path: str) -> None:
    """Wait for the end of the input, then end the stack of this home."""
    for number in (SIGTERM, SIGINT, SIGHUP):
        signal(number, SIG_IGN)
    sys.stdin.buffer.read()
    home = Path(path)
    proc.send(proc.members(home), SIGTERM)
    end_by = time.monotonic() + GRACE_SECONDS
    while proc.members(home) and time.monotonic() < end_by:
        time.sleep(LOOK_EVERY)
    proc.end(home)


if __name__ == "__main__":
    main(sys.argv[1])
