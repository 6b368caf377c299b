"""``make up``: the whole service on this machine until SIGTERM or Ctrl-C."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from deploy.local.home import Home, HomeError
from deploy.local.part import PartError
from deploy.local.ports import LOOPBACK, bound
from deploy.local.reaper import reaper
from deploy.local.stack import Stack
from workers import environment

DEFAULT_PORT = 8000
LOOK_EVERY = 0.2
OWNED = "GRISTMILL_OWNED"  # set by a program that wants its stack to end with it
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main(environ: Mapping[str, str], kind: type[Stack] = Stack) -> int:
    """Run a stack of this ``kind`` to its end; return the exit status."""
    _settle(os.environ)
    return supervise(environ, kind)


def supervise(environ: Mapping[str, str], kind: type[Stack] = Stack) -> int:
    """Do so where the environment is clear already."""
    stopping = _heard()
    try:
        port = _port(environ)
        home = Home.of(environ, say=say)
        with home.locked() as lock, reaper(home, lock), _claimed(environ, port) as listener:
            return _run(kind(home, listener, environ, say=say), stopping)
    except (HomeError, PartError, OSError) as error:
        say(f"error: {error}")
        return 1


def _settle(environ: MutableMapping[str, str]) -> None:
    """Drop what would steer our parts, and tell the person in front what is strange."""
    for remark in environment.remarks(environment.clear(environ), environ):
        say(f"warning: {remark}")


def _heard() -> threading.Event:
    """Return an event that any of our signals sets.

    Not in the handler itself: `make` passes SIGTERM on to us although the group has it already, and
    an event that is set within its own setting waits for itself for ever. `SimpleQueue` may.
    """
    stopping, asked = threading.Event(), SimpleQueue[int]()

    def listen() -> None:
        asked.get()
        stopping.set()

    for number in _SIGNALS:
        signal.signal(number, lambda number, _: asked.put(number))
    threading.Thread(target=listen, name="signals", daemon=True).start()
    return stopping


def _run(stack: Stack, stopping: threading.Event) -> int:
    owner = _owner(os.environ)
    say(f"starting in {stack.home.path} (logs in {stack.home.path / 'logs'})")
    try:
        if stack.start(stopping):
            say(f"ready {stack.url}")
        while not stopping.wait(LOOK_EVERY):
            if owner and os.getppid() != owner:
                break
    finally:
        say("stopping")
        stack.stop()
    say("stopped")
    return 0


def _owner(environ: Mapping[str, str]) -> int:
    """Return the number of the program that we must not outlive, else 0.

    That is a `make` or a test that started us: with it gone, nobody could stop us any more. A shell
    may well end before what it left in the background.
    """
    parent = os.getppid()
    if environ.get(OWNED):
        return parent
    with suppress(OSError):
        if Path(f"/proc/{parent}/comm").read_text(encoding="utf-8").strip() == "make":
            return parent
    return 0


def _claimed(environ: Mapping[str, str], port: int) -> socket.socket:
    host = environ.get("WEB_HOST", "").strip() or LOOPBACK
    try:
        return bound(port, host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PartError(f"port {port} is in use; set another PORT") from error
        raise PartError(f"can't listen at WEB_HOST={host!r}, PORT={port}: {error}") from error


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise PartError(f"PORT={text!r} is no port")
    return int(text)


def say(line: str) -> None:
    """Print a line at once; a reader that has gone away is no reason to end."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(os.environ))
