"""How a worker's main process ends when it is asked to: in good order, and soon, whatever hangs.

The handler of the signal only sets flags, and Celery ends when its loop comes by. Its own would run
the whole end inside the handler, on top of whatever the loop was doing: a lock that the loop held
there was never released. It would also wait for ever for a child that is frozen, and six seconds
for one that ends at once.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import FrameType

from celery.worker import state
from kombu.asynchronous import get_event_loop

from workers.log import get_logger
from workers.runtime import identity

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
GRACE = 6.0  # seconds for jobs to come to their ends
SAY_AFTER = 8.0  # seconds after which the log says what hangs
GONE_WITHIN = 8.5  # seconds: platforms grant ten between SIGTERM and SIGKILL

log = get_logger()


def prepare(children: Callable[[], Iterable[int]]) -> None:
    """Let this process end on a signal; ``children``: the processes of its pool.

    The bound hears of the signal by a pipe, which the interpreter writes to at once, also while the
    main thread is in a call that no handler interrupts.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    asked = threading.Event()
    threading.Thread(target=_bound, args=(reader, asked), name="end", daemon=True).start()
    threading.Thread(target=_hurry, args=(asked, children), name="hurry", daemon=True).start()
    for number in SIGNALS:
        signal.signal(number, _ask)


def begin_child() -> None:
    """Undo in a child of the pool what it has from its main process."""
    signal.set_wakeup_fd(-1)


def _ask(_number: int, _frame: FrameType | None) -> None:
    """Let the children know, and the loop, which looks at this once a second."""
    identity.stop()
    state.should_stop = os.EX_OK


def _bound(reader: int, asked: threading.Event) -> None:
    """End this process; its children, and what they hold, go with it (PR_SET_PDEATHSIG)."""
    while os.read(reader, 1)[0] not in SIGNALS:
        pass
    identity.stop()
    asked.set()
    time.sleep(GONE_WITHIN)
    # No signal: the first process of a container gets none that it does not handle.
    os._exit(1)


def _hurry(asked: threading.Event, children: Callable[[], Iterable[int]]) -> None:
    """Wake the loop, break off the jobs that outlast their grace, then say what hangs.

    On a thread of its own: the log may be what hangs.
    """
    asked.wait()
    log.info("worker_ending")
    if (loop := get_event_loop()) is not None:
        loop.call_soon(bool)  # type: ignore[no-untyped-call] # it comes by at once
    time.sleep(GRACE)
    for pid in children():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
    time.sleep(SAY_AFTER - GRACE)
    faulthandler.dump_traceback()
    log.error("worker_end_hangs")
