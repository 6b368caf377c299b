"""The account's processes in one list, as programs poll it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from flask import Response, g, request

from app import paging
from app.ports import ports
from app.views.processes import dump
from schemas.codes import STATUS_OF
from schemas.moments import moment_of
from schemas.problem import Fault
from workers import processes
from workers.ids import ID_PATTERN

T = TypeVar("T")

STATUSES: Final = tuple(dict.fromkeys(STATUS_OF.values()))


def listing() -> Response:
    """List the account's processes, the newest first: all, or those that are asked for."""
    faults: list[Fault] = []
    task_id = _read("task", _task_id, faults)
    status, since = _read("status", _status, faults), _read("since", moment_of, faults)
    window = paging.read_window(faults)
    wanted = processes.Wanted(
        limit=window.limit + 1, before=window.before, status=status, since=since
    )
    database, account_id = ports().database, g.account_id
    rows = (
        processes.of_account(database, account_id=account_id, wanted=wanted)
        if task_id is None
        else processes.of_task(database, account_id=account_id, task_id=task_id, wanted=wanted)
    )
    return paging.answer(rows, window, dump, lambda row: [row.seq])


def _read(name: str, meaning: Callable[[str], T], faults: list[Fault]) -> T | None:
    """Return what a parameter means, None if it is absent or empty; a fault is noted."""
    text = request.args.get(name, "").strip()
    try:
        return meaning(text) if text else None
    except ValueError as error:
        faults.append(Fault(f"/{name}", str(error)))
        return None


def _task_id(text: str) -> str:
    if not ID_PATTERN.fullmatch(text):
        raise ValueError("must be the id of a task: 27 letters and digits")
    return text


def _status(text: str) -> str:
    if text.lower() not in STATUSES:
        raise ValueError(f"must be one of {', '.join(STATUSES)}")
    return text.lower()
