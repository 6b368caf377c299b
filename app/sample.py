"""A made-up body of each webhook, for tools that want to know beforehand what will come."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from schemas.process import dump_process

AT: Final = datetime(2026, 11, 24, 16, 53, 33, tzinfo=UTC)
RECORDS: Final = (
    {"Title_text": "Slate Basket", "Price_text": "£51.77"},
    {"Title_text": "Oak Shelf", "Price_text": "£22.65"},
)
_PROCESS: Final = "3MYtDupgfmZibR2iodv66rlnEUl"
_FILE: Final = "3MYtDupg_2026-11-24_16:53.json"
_LINK: Final = f"https://storage.example.com/results/{_FILE}"
_LOG: Final = f"https://storage.example.com/logs/{_PROCESS}.log"


@dataclass(kw_only=True)
class SampleRow:
    """A process as its row would be: one page with two records.

    It has each attribute of ``rows.ProcessRow``: the type checker misses one that is new there.
    """

    id: str = _PROCESS
    seq: int = 1
    task_id: str = "3MYtDsaR0Ptu4CLlF1dSVpBcuzJ"
    account_id: str = "3MYtDr0Xf0sJZ4jUfk8c0eCkHqd"
    payload: object = None
    plan: object = None
    deleted: bool = False
    state: str = "finished"
    created_at: datetime = AT - timedelta(seconds=3)
    started_at: datetime | None = AT - timedelta(seconds=2)
    finished_at: datetime | None = AT
    hints: int = 0
    chrome_hints: int = 0
    generation: int = 0
    starved: bool = False
    request_count: int = 1
    response_count: int = 1
    record_count: int = len(RECORDS)
    failed_count: int = 0
    empty_count: int = 0
    blocked_count: int = 0
    page_count: int = 1
    open_pages: int = 0
    cost: int = 50
    missing: int = 0
    error_code: str | None = None
    error_message: str | None = None
    notes: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    chrome_hosts: list[str] = field(default_factory=list)
    warnings: object = field(default_factory=list)
    publish_due: bool = False
    publish_attempts: int = 1
    results_name: str | None = _FILE
    results_key: str | None = _FILE
    results_size: int | None = 100
    results_type: str | None = "application/json"
    log_key: str | None = "log"
    webhook: str = ""
    arrivals: int | None = 1
    pages_kept: bool = True

    def _replace(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type] # as a named tuple has it


_ROWS: Final = {
    "process.finished": SampleRow(),
    "process.canceled": SampleRow(state="canceled"),
    "process.pending": SampleRow(state="pending", finished_at=None, missing=1000),
    "process.failed": SampleRow(
        state="failed",
        response_count=0,
        record_count=0,
        failed_count=1,
        cost=0,
        error_code="start_page_failed",
        error_message="The start page could not be fetched: the server answered 404.",
        results_key=None,
    ),
}


def sample_of(event: str) -> dict[str, object]:
    """Return what a webhook about ``event`` holds, each member in its form."""
    row = _ROWS[event]
    return {
        "type": event,
        "timestamp": f"{AT:%Y-%m-%dT%H:%M:%SZ}",
        "data": {
            "process": dump_process(row, log_link=_LOG),
            "link": _LINK if row.results_key else None,
            "results": list(RECORDS) if row.results_key else None,
        },
    }
