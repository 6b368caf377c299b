"""The plan of a process: as stored, else compiled from its payload; and an end without one."""

from __future__ import annotations

from typing import Protocol

from schemas.analyses import load_stored
from schemas.plan import Plan
from schemas.problem import Invalid
from schemas.stored_plan import restore_plan
from workers import frontier
from workers.db import Database
from workers.db.named import LOCK_PROCESS
from workers.errors import PlanUnusable
from workers.processes.advance import Hint, publish_hint, send


class Planned(Protocol):
    """What is read of a process: its plan as it was stored, or None, and its payload."""

    @property
    def plan(self) -> object: ...  # noqa: D102 - see above

    @property
    def payload(self) -> object: ...  # noqa: D102 - see above


def plan_of(stored: Planned, *, name: str) -> Plan:
    """Return the plan; ``name`` is for one that has none and is compiled anew.

    Raises ``PlanUnusable`` for a payload of an older release that this one can't compile.
    """
    try:
        return restore_plan(stored.plan) or load_stored(stored.payload, task_name=name)
    except Invalid as error:
        first = error.faults[0]
        raise PlanUnusable(
            f"This release can't use the payload with which the process was started"
            f" ({first.pointer or 'as a whole'}: {first.detail}) Run its task again."
        ) from error


def give_up(database: Database, process_id: str, error: PlanUnusable) -> None:
    """End a process that has no usable plan: it fails once its log is there."""
    hints: list[Hint] = []
    with database.transaction("give_up") as tx:
        process = tx.one(LOCK_PROCESS, process_id=process_id)
        if process is not None and process.state in {"queued", "running"} and not process.deleted:
            frontier.fence_off(tx, process_id)
            tx.do(
                "start_publishing",
                process_id=process_id,
                error_code=error.code,
                error_message=error.message,
            )
            hints = publish_hint(process)
    send(hints)
