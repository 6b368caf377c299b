"""The objects that are read back of a run: process, page, delivery, credits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.answers import (
    AnswerSchema,
    Count,
    ExactCredits,
    Identifier,
    Integer,
    Items,
    Moment,
    ShownFlag,
    ShownText,
    ShownWord,
    WholeCredits,
)
from schemas.codes import LIMIT_ERRORS, PAGE_VERDICTS, PROCESS_ERRORS, STATUS_OF
from schemas.json_schema import ListOf
from schemas.registry import FETCHERS
from schemas.rows.accounts import CreditsRow
from schemas.rows.deliveries import DeliveryRow
from schemas.rows.pages import PageRow
from schemas.rows.processes import ProcessRow
from schemas.strict import Nested
from schemas.warnings import WarningSchema


class ProcessErrorSchema(AnswerSchema):
    """Why a process failed, or at which limit it ended."""

    code = ShownWord(PROCESS_ERRORS)
    message = ShownText()


class ProcessSchema(AnswerSchema):
    """One run of a task."""

    id = Identifier()
    status = ShownWord(
        dict.fromkeys(STATUS_OF.values(), ""),
        metadata={"description": "`running` until it ends or stops."},
    )
    task_id = Identifier(data_key="taskID")
    started_at = Moment(data_key="startedAt", allow_none=True)
    finished_at = Moment(data_key="finishedAt", allow_none=True)
    request_count = Count(
        data_key="requestCount", metadata={"description": "Requests that left, retries included."}
    )
    response_count = Count(
        data_key="responseCount", metadata={"description": "Successful answers."}
    )
    results = ShownText(
        metadata={"description": "Name of the results file, empty until there is one; see getlink."}
    )
    log_link = ShownText(
        data_key="logFile", metadata={"description": "Link to the log, empty until there is one."}
    )
    missing_credits = WholeCredits(
        data_key="missingCredits",
        metadata={"description": "Of a pending process: how many it waits for, estimated."},
    )
    cost = WholeCredits(metadata={"description": "Credits withdrawn, rounded up."})
    state = ShownWord(STATUS_OF.keys(), metadata={"description": "The exact phase."})
    created_at = Moment(data_key="createdAt")
    record_count = Count(data_key="recordCount")
    failed_count = Count(
        data_key="failedCount", metadata={"description": "Pages that were given up."}
    )
    empty_count = Count(
        data_key="emptyCount", metadata={"description": "Pages that held no record."}
    )
    blocked_count = Count(
        data_key="blockedCount", metadata={"description": "Pages that were a block notice."}
    )
    error = Nested(ProcessErrorSchema, allow_none=True)
    warnings = Items(
        Nested(WarningSchema),
        metadata={"description": "What is odd about what it found; none while it runs."},
    )


class PageSchema(AnswerSchema):
    """One URL of a process at one place in one collection."""

    url = ShownText()
    position = Items(
        Integer(),
        metadata={
            "description": "Page number, then record, field and match of each level above it."
        },
    )
    collection = Count(metadata={"description": "Its number in the payload; 0 is the top."})
    queue = ShownWord(FETCHERS.keys(), data_key="fetcher")
    attempts = Count()
    http_status = Integer(data_key="httpStatus", allow_none=True)
    verdict = ShownWord(PAGE_VERDICTS)
    bytes = Count()
    milliseconds = Count(data_key="ms")
    record_count = Count(data_key="records")
    cost = ExactCredits(metadata={"description": "Credits."})
    error = ShownText(allow_none=True)
    kept_link = ShownText(
        data_key="kept",
        metadata={"description": "Link to a page that could not be read, as it was answered."},
    )


class AttemptSchema(AnswerSchema):
    """One attempt at a delivery; null is what it did not come to."""

    # As it was stored, but for what a later version may add.

    at = ShownText(metadata={"description": "Unix seconds."})
    status = Integer(allow_none=True, metadata={"description": "HTTP status."})
    ms = Count(allow_none=True)
    error = ShownText(allow_none=True)

    def get_attribute(self, obj: Mapping[str, object], attr: str, _default: object) -> object:
        """Return a member as it was stored, null if an older version stored none."""
        return obj.get(attr)


class DeliverySchema(AnswerSchema):
    """A webhook or an export of a process."""

    id = Identifier()
    kind = ShownWord(("webhook", "export"))
    event = ShownText()
    target = ShownText()
    webhook_id = Identifier(
        data_key="webhookId",
        allow_none=True,
        metadata={
            "description": "The webhook that is subscribed to; null: the task's or the run's own."
        },
    )
    state = ShownWord(("waiting", "delivered", "given_up"))
    attempts = Items(Nested(AttemptSchema))
    next_attempt_at = Moment(data_key="nextAttemptAt", allow_none=True)


class CreditsSchema(AnswerSchema):
    """What an account holds, has reserved for pages under way, and has spent."""

    balance = ExactCredits()
    reserved = ExactCredits()
    spent = ExactCredits()
    unlimited = ShownFlag()


PROCESS: Final = ProcessSchema()
PROCESSES: Final = ListOf(component="Processes", item=PROCESS)
PAGE: Final = PageSchema()
PAGES: Final = ListOf(component="Pages", item=PAGE)
DELIVERY: Final = DeliverySchema()
DELIVERIES: Final = ListOf(component="Deliveries", item=DELIVERY)
CREDITS: Final = CreditsSchema()


def dump_process(row: ProcessRow, *, log_link: str) -> dict[str, object]:
    """Return the process object for a row of table ``processes``.

    ``log_link``: a link to the log file, ``""`` while there is none. Amounts come in thousandths of
    a credit and go out as whole credits, rounded up. A stop for want of credits is told, as an end
    is, once its file is there: clients that loop while it is running take the file right after.
    """
    pending = row.state == "pending" and not row.publish_due
    state = "publishing" if row.state == "pending" and row.publish_due else row.state
    return PROCESS.answer(
        row,
        status=STATUS_OF[state],
        state=state,
        results=row.results_name if row.results_key else "",
        log_link=log_link,
        missing_credits=row.missing if pending else 0,
        error=_error(row),
    )


def _error(row: ProcessRow) -> dict[str, str] | None:
    """Return the error of a failed process, or the limit at which another one ended."""
    code = row.error_code
    if code and (row.state == "failed" or (row.state == "finished" and code in LIMIT_ERRORS)):
        return {"code": code, "message": row.error_message or ""}
    return None


def dump_page(row: PageRow, *, kept_link: str) -> dict[str, object]:
    """Return one entry of the list of a process' pages, for a row of table ``pages``.

    ``kept_link`` leads to what the server answered, "" where that was not kept.
    """
    return PAGE.answer(row, verdict=row.verdict or row.state, kept_link=kept_link)


def dump_delivery(row: DeliveryRow) -> dict[str, object]:
    """Return one entry of the list of a process' deliveries, for a row of table ``deliveries``."""
    waiting = row.state == "waiting"
    return DELIVERY.answer(row, next_attempt_at=row.next_attempt_at if waiting else None)


def dump_credits(row: CreditsRow) -> dict[str, object]:
    """Return the account's credits for a row with ``balance``, ``reserved``, ``spent``."""
    return CREDITS.answer(row)
