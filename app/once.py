"""The process of a call that runs once: started, waited for, and named in the answer."""

from __future__ import annotations

from flask import Response, g

from app import caller
from app.ports import ports
from schemas.rows.processes import ProcessRow
from schemas.task import TaskDraft
from workers import single


def ended(draft: TaskDraft, page: bytes | None = None) -> ProcessRow:
    """Run a process of an unlisted task, of the ``page`` if one was sent, and wait for its end."""
    database, account_id = ports().database, g.account_id
    g.process_id = single.start(database, account_id=account_id, draft=draft, page=page).id
    return single.wait(
        database,
        account_id=account_id,
        process_id=g.process_id,
        seconds=ports().settings.single_timeout,
        gone=caller.gone,
    )


def named(response: Response) -> Response:
    """Return ``response`` with the process that the call was."""
    response.headers["Process-Id"] = g.process_id
    return response
