"""The jobs: short, with nothing but an id; each may run twice, late, or never."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schemas.plan import Plan
from schemas.slice import OpenSlice
from workers import deliver, frontier, processes
from workers.celery import app
from workers.crashpoint import around
from workers.crawl import run_slice
from workers.errors import DatabaseUnavailable, GristmillError, PlanUnusable, StaleSlice
from workers.log import bind, clear, get_logger
from workers.metrics import Metrics
from workers.processes import advance
from workers.publish import other_files, slice_files
from workers.runtime import identity, presence
from workers.runtime.slice_ports import Heartbeat, patiently
from workers.runtime.wiring import database, open_ports, options_for, prices, storage
from workers.settings import settings

PUBLISH_LIMIT = 6 * 3600  # seconds: a file may be of any size, unlike a slice
DELIVER_LIMIT = 3600  # seconds: an export of a large file; no pool of threads can hold it to that

log = get_logger()


@contextmanager
def _about(event: str, **fields: str) -> Iterator[None]:
    """Log what becomes of a job; a part that is away, or a fence that fell, is no fault of it.

    The message is acknowledged by now: from here on only Postgres knows of the work.
    """
    bind(**fields)
    try:
        with around(f"job.{event}"):
            yield
    except StaleSlice:
        log.info("slice_fenced_off", job=event)
    except GristmillError as error:
        log.warning("job_stopped", job=event, code=error.code, error=error.message)
    finally:
        clear()


@app.task(name="gristmill.first")  # type: ignore[untyped-decorator]
@app.task(name="gristmill.crawl")  # type: ignore[untyped-decorator]
def crawl(process_id: str) -> None:
    """Work on a process' base pages for a slice."""
    identity.cage()
    try:
        with _about("crawl", process=process_id):
            _slice(process_id, "base")
    except MemoryError:
        os._exit(1)  # this child alone, as the page's fault: Celery would end the whole pool


@app.task(name="gristmill.chrome")  # type: ignore[untyped-decorator]
def chrome(process_id: str) -> None:
    """Work on a process' browser pages for a slice."""
    with _about("chrome", process=process_id):
        _slice(process_id, "chrome")


def _slice(process_id: str, queue: str) -> None:
    slice_ = frontier.open_slice(database(), process_id, queue=queue, worker=identity.me())
    if slice_ is None:
        advance.advance(database(), process_id, prices())
        return
    try:
        plan = processes.plan_of(slice_, name=process_id)
    except PlanUnusable as error:
        processes.give_up(database(), process_id, error)
        raise
    with _broken_off(slice_):
        _work(slice_, plan)
    advance.advance(database(), process_id, prices())


@contextmanager
def _broken_off(slice_: OpenSlice) -> Iterator[None]:
    """End the slice when Postgres was away for long, or the worker's grace is over.

    Nobody shall wait for its lease, and none of its pages is to blame.
    """
    try:
        yield
    except (DatabaseUnavailable, SystemExit) as error:
        if isinstance(error, DatabaseUnavailable) or identity.stopping():  # not by its time limit
            patiently(lambda: frontier.close_slice(database(), slice_, cause="broken_off"))
        raise


def _work(slice_: OpenSlice, plan: Plan) -> None:
    queue, metrics = slice_.queue, Metrics()
    ports = open_ports(slice_, plan, metrics)
    try:
        with metrics.timed("gristmill_slice_seconds", queue=queue):
            on_web = queue == "base" and plan.source == "web"
            fallback = on_web and presence.has_browser(database())
            options = options_for(queue, fallback=fallback)
            starved = run_slice(plan, ports, options, slice_.chrome_hosts)
        patiently(lambda: frontier.close_slice(database(), slice_, starved=starved))
    finally:
        ports.close()
        metrics.flush(database())


@app.task(  # type: ignore[untyped-decorator]
    name="gristmill.publish", time_limit=PUBLISH_LIMIT, soft_time_limit=PUBLISH_LIMIT - 60
)
def publish(process_id: str) -> None:
    """Make and store the files of a process, or one in another format that is wanted."""
    with _about("publish", process=process_id):
        opened = slice_files.open_publish(database(), process_id, identity.me())
        if opened is not None:
            with _beating(opened.slice_) as check:
                hints = slice_files.publish(database(), storage(), opened, check)
            advance.send(hints)
            return
        other = other_files.open_file(database(), process_id, identity.me())
        if other is not None:
            with _beating(other.slice_) as check:
                hints = other_files.make_file(database(), storage(), other, check)
            advance.send(hints)


@contextmanager
def _beating(slice_: OpenSlice) -> Iterator[Callable[[], object]]:
    """Keep the slice alive; yields what raises once it may not go on."""
    with _broken_off(slice_):
        heart = Heartbeat(database(), slice_)
        try:
            yield heart.check
        finally:
            heart.stop()


@app.task(  # type: ignore[untyped-decorator]
    name="gristmill.deliver", time_limit=DELIVER_LIMIT, soft_time_limit=DELIVER_LIMIT - 60
)
def deliver_one(delivery_id: str) -> None:
    """Try a delivery once."""
    with _about("deliver", delivery=delivery_id):
        deliver.attempt(database(), storage(), settings(), delivery_id)
