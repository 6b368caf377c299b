"""A made-up body of each webhook, for tools that want to know beforehand what will come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

from schemas.process import dump_process

if TYPE_CHECKING:
    from schemas.rows.processes import ProcessRow

AT: Final = datetime(2026, 11, 24, 16, 53, 33, tzinfo=UTC)
RECORDS: Final = (
    {"Title_text": "Slate Basket", "Price_text": "£51.77"},
    {"Title_text": "Oak Shelf", "Price_text": "£22.65"},
)
_PROCESS: Final = "3MYtDupgfmZibR2iodv66rlnEUl"
_TASK: Final = "3MYtDsaR0Ptu4CLlF1dSVpBcuzJ"
_FILE: Final = "3MYtDupg_2026-11-24_16:53.json"
_LINK: Final = f"https://storage.example.com/results/{_FILE}"
_LOG: Final = f"https://storage.example.com/logs/{_PROCESS}.log"


def sample_of(event: str) -> dict[str, object]:
    """Return what a webhook about ``event`` holds, each member in its form."""
    state = event.removeprefix("process.")
    whole = state != "failed"
    return {
        "type": event,
        "timestamp": f"{AT:%Y-%m-%dT%H:%M:%SZ}",
        "data": {
            "process": dump_process(_row(state, whole=whole), log_link=_LOG),
            "link": _LINK if whole else None,
            "results": list(RECORDS) if whole else None,
        },
    }


def _row(state: str, *, whole: bool) -> ProcessRow:
    """Return a process as its row would be: one page with two records, or one that failed."""
    row = SimpleNamespace(
        id=_PROCESS,
        task_id=_TASK,
        state=state,
        created_at=AT - timedelta(seconds=3),
        started_at=AT - timedelta(seconds=2),
        finished_at=None if state == "pending" else AT,
        publish_due=False,
        request_count=1,
        response_count=int(whole),
        record_count=len(RECORDS) if whole else 0,
        failed_count=int(not whole),
        empty_count=0,
        blocked_count=0,
        cost=50 if whole else 0,
        missing=1000,
        results_name=_FILE,
        results_key="there" if whole else None,
        error_code=None if whole else "start_page_failed",
        error_message=None if whole else "The start page could not be fetched: it answered 404.",
    )
    return cast("ProcessRow", row)
