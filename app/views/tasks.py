"""Tasks: create, look up, list, change, delete, run."""

from __future__ import annotations

import re
from typing import Final

from flask import Response, g, jsonify, request

from app import caller, paging
from app.body import read_idempotency_key, read_json, read_json_if_any
from app.ports import ports
from app.views.processes import dump as dump_run
from schemas.problem import Fault, Invalid
from schemas.rows.tasks import TaskRow
from schemas.run import load_run
from schemas.stored_task import DELETED, dump_task
from workers import processes, single, tasks
from workers.task_input import load_draft, load_update

LONGEST_WAIT: Final = 120  # seconds


def dump(row: TaskRow) -> dict[str, object]:
    """Return the task object, with its export targets but not their credentials."""
    return dump_task(row, tasks.exports_of(row))


def create() -> Response:
    """Store a task."""
    draft = load_draft(read_json(), countries=ports().countries)
    return jsonify(dump(tasks.create(ports().database, account_id=g.account_id, draft=draft)))


def info(task_id: str) -> Response:
    """Show a task."""
    row = tasks.find(ports().database, account_id=g.account_id, task_id=task_id)
    return jsonify(dump(row))


def listing() -> Response:
    """List the account's tasks, the newest first."""
    window = paging.read_window()
    rows = tasks.listing(
        ports().database, account_id=g.account_id, limit=window.limit + 1, before=window.before
    )
    return paging.answer(rows, window, dump, lambda row: [row.seq])


def update(task_id: str) -> Response:
    """Change what the body carries and leave the rest."""
    stored = tasks.find(ports().database, account_id=g.account_id, task_id=task_id)
    changes = load_update(
        read_json(),
        task_name=stored.name,
        countries=ports().countries,
        stored_exports=tasks.exports_of(stored),
    )
    row = tasks.change(ports().database, account_id=g.account_id, task_id=task_id, changes=changes)
    return jsonify(dump(row))


def delete(task_id: str) -> Response:
    """Cancel what runs and remove the task with all that came of it."""
    processes.remove_task(ports().database, account_id=g.account_id, task_id=task_id)
    return jsonify(DELETED.dump({"deleted": "ok"}))


def run(task_id: str) -> Response:
    """Start a process, and wait a while for its end if that is asked for.

    Where no place to wait is left, the answer comes at once: it is the run that counts.
    """
    seconds = min(_read_wait(), ports().settings.single_timeout)
    row = processes.submit(
        ports().database,
        task_id=task_id,
        account_id=g.account_id,
        idempotency_key=read_idempotency_key(),
        wishes=load_run(read_json_if_any()),
    )
    if seconds:
        with single.spare_place() as free:
            if free:
                row = single.wait_for_run(ports().database, row, seconds=seconds, gone=caller.gone)
    return jsonify(dump_run(row))


def _read_wait() -> int:
    """Return for how many seconds the call shall wait."""
    text = request.args.get("wait", "").strip() or "0"
    if re.fullmatch("[0-9]{1,9}", text) and int(text) <= LONGEST_WAIT:
        return int(text)
    raise Invalid([Fault("/wait", f"must be a whole number of seconds from 0 to {LONGEST_WAIT}")])


def results(task_id: str) -> Response:
    """List the task's processes, the newest first."""
    window = paging.read_window()
    rows = processes.of_task(
        ports().database,
        account_id=g.account_id,
        task_id=task_id,
        wanted=processes.Wanted(limit=window.limit + 1, before=window.before),
    )
    return paging.answer(rows, window, dump_run, lambda row: [row.seq])
