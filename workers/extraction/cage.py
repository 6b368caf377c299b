"""Extraction under a time limit: at once where it is safe, else in a child that can be killed.

A call into the parser or the selector engine can't be stopped from Python. Ordinary plans on
ordinary pages have a bound below ``DIRECT_SECONDS`` a call, which arithmetic shows beforehand; they
run right here and pay nothing. What has no such bound (XPath, long pages, steep selectors, markup
made to blow up) runs in a forked child with a limit on CPU time and memory.
"""

from __future__ import annotations

import faulthandler
import gc
import math
import os
import pickle
import resource
import select
import signal
from collections.abc import Callable
from time import monotonic
from typing import NoReturn, TypeVar

from schemas.plan import Collection, Plan
from workers.errors import ExtractError, ExtractTimeout
from workers.extraction.budget import Budget
from workers.extraction.compile import Compiled, compiled
from workers.extraction.markup import is_explosive
from workers.extraction.page import PageContent, extract_tree
from workers.extraction.source import Source
from workers.extraction.tree import Tree
from workers.extraction.xml_tree import tree_of

DIRECT_BYTES = 256 * 1024
"""Of pages parsed right here. The worst of this size take 0.7 s (nested div), 1.1 s (attributes),
1.0 s (options), all without the interpreter lock; 100,000 nested div take 7.8 s, and 100,000 nested
templates overflow the stack of the serialiser."""

DIRECT_SECONDS = 1.0
"""Of one selector call right here: it holds the interpreter lock, and heartbeats can't wait."""

DEPTHS = (12, 24, 48)
"""Levels that a page may be shown not to reach, which bounds what descendant combinators cost."""

CHILD_MEMORY = 2 * 1024**3  # bytes of address space beyond what the process has already

_GRACE = 0.2  # seconds of CPU time, for Python to notice by itself
_WALL_FACTOR, _WALL_EXTRA = 4, 5  # a child short of CPU time may take this many times, plus seconds


Result = TypeVar("Result")

_OUT_OF_TIME = {signal.SIGPROF, signal.SIGXCPU, signal.SIGKILL}


Read = Callable[[Tree, Compiled], PageContent]
"""What reads a parsed page: ``extract_tree``, or ``report.report_tree``, which counts as well."""


def timed_extract(
    source: Source,
    collection: Collection,
    plan: Plan,
    *,
    seconds: float,
    read: Read = extract_tree,
) -> PageContent:
    """Return what ``collection`` of ``plan`` takes from a page, within ``seconds`` of CPU time.

    Safe in a process with threads: the child runs this package's code only and ends by ``_exit``.

    Raises:
        ExtractTimeout: The time is over.
        ExtractError: The page gives more than can be kept, or its markup breaks the parser.
    """
    ready = compiled(plan)[collection.index]
    body = source.utf8
    if not ready.caged and len(body) <= DIRECT_BYTES:
        tags = body.count(b"<")
        if source.is_xml or not is_explosive(body, tags):
            tree = tree_of(source, Budget(seconds))
            if _is_flat(tree, tags, ready):
                return read(tree, ready)
    return caged(lambda budget: read(tree_of(source, budget, pierce=ready.pierce), ready), seconds)


def _is_flat(tree: Tree, tags: int, ready: Compiled) -> bool:
    """Whether every selector of the collection is known to end in time on this tree."""
    if ready.seconds(tags, tags) <= DIRECT_SECONDS:
        return True
    elements = tree.size()
    for depth in DEPTHS:
        if ready.seconds(elements, depth) > DIRECT_SECONDS:
            return False
        if not tree.reaches(depth):
            return True
    return False


def caged(work: Callable[[Budget], Result], seconds: float) -> Result:
    """Return what ``work`` gives in a child that has ``seconds`` of CPU time; it is pickled.

    ``work`` is this package's code, and what is as pure. Raises as ``timed_extract``.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(writing, work, seconds)
    os.close(writing)
    try:
        answer = _read_all(reading, monotonic() + seconds * _WALL_FACTOR + _WALL_EXTRA)
    finally:
        os.close(reading)
        status = _reap(child)
    outcome = _outcome(answer, status)
    if isinstance(outcome, ExtractError):
        raise outcome
    return outcome  # type: ignore[return-value] # it is what `work` gave


def _child(writing: int, work: Callable[[Budget], object], seconds: float) -> NoReturn:
    """Work, write the pickled outcome to ``writing`` and end the process, whatever happens."""
    try:
        _confine(seconds)
        try:
            outcome: object = work(Budget(seconds))
        except ExtractError as error:
            outcome = error
        except MemoryError:
            outcome = ExtractError("The page takes more memory than is allowed.")
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(outcome, pipe, pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    finally:
        os._exit(1)


def _confine(seconds: float) -> None:
    gc.disable()  # A collection would touch, and so copy, every page of the parent's memory.
    faulthandler.disable()  # A parser that breaks here is an outcome, not a bug to report.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    # The budget ends it in Python; the timer ends what is stuck in C; the limit is the last resort.
    signal.setitimer(signal.ITIMER_PROF, seconds + _GRACE)
    _lower(resource.RLIMIT_CPU, math.ceil(seconds + _GRACE) + 1)
    _lower(resource.RLIMIT_CORE, 0)
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - a child after fork keeps it small
        pages = int(statm.read().split()[0])
    _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + CHILD_MEMORY)


def _lower(kind: int, limit: int) -> None:
    """Set a limit, never above the one that is there."""
    hard = resource.getrlimit(kind)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (limit, hard))


def _read_all(reading: int, until: float) -> bytes:
    """Return all that comes till the pipe closes; nothing, when that is not before ``until``."""
    parts: list[bytes] = []
    poller = select.poll()
    poller.register(reading, select.POLLIN)
    while True:
        left = until - monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            return b""
        part = os.read(reading, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _reap(child: int) -> int:
    """Wait for ``child``, which is done or must not go on, and return its wait status."""
    os.kill(child, signal.SIGKILL)  # Of a process that has ended already this changes nothing.
    return os.waitpid(child, 0)[1]


def _outcome(answer: bytes, status: int) -> object:
    if not answer:
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in _OUT_OF_TIME:
            return ExtractTimeout()
        return ExtractError("The page's markup breaks the parser.")
    return pickle.loads(answer)  # noqa: S301 - written by our own child
