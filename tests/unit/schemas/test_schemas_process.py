from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from schemas.codes import LIMIT_ERRORS, PAGE_VERDICTS, PROCESS_ERRORS, STATUS_OF
from schemas.process import dump_credits, dump_delivery, dump_page, dump_process
from schemas.slice import Verdict

START = datetime(2020, 1, 29, 12, 51, 18, 999_999, tzinfo=UTC)


def process(**columns: Any) -> dict[str, object]:
    basis = {
        "id": "1PBhj5EGo2hAvBsytLDL363A6Mq", "task_id": "1NGYaLJsY8Xf7RwO99Ew3yyt5rz",
        "state": "finished", "created_at": START, "started_at": START, "finished_at": START,
        "request_count": 7, "response_count": 6, "record_count": 5, "failed_count": 4,
        "empty_count": 3, "blocked_count": 2, "cost": 50_000, "missing": 0,
        "results_name": "1PBhj5EG_2020-01-29_12:51.json", "results_key": "k", "error_code": None,
        "error_message": None, "publish_due": False, "warnings": [],
    }  # fmt: skip
    return dump_process(SimpleNamespace(**basis | columns), log_link="https://s3.test/log")


def test_a_process_object_has_the_published_members_and_ours() -> None:
    """Names and types are those of the specification's own example."""
    assert process() == {
        "id": "1PBhj5EGo2hAvBsytLDL363A6Mq",
        "status": "finished",
        "taskID": "1NGYaLJsY8Xf7RwO99Ew3yyt5rz",
        "startedAt": "1580302278",
        "finishedAt": "1580302278",
        "requestCount": 7,
        "responseCount": 6,
        "results": "1PBhj5EG_2020-01-29_12:51.json",
        "logFile": "https://s3.test/log",
        "missingCredits": 0,
        "cost": 50,
        "state": "finished",
        "createdAt": "1580302278",
        "recordCount": 5,
        "failedCount": 4,
        "emptyCount": 3,
        "blockedCount": 2,
        "error": None,
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("queued", "running"),
        ("running", "running"),
        ("publishing", "running"),
        ("pending", "pending"),
        ("finished", "finished"),
        ("canceled", "canceled"),
        ("failed", "failed"),
    ],
)
def test_the_status_is_one_of_five_words(state: str, status: str) -> None:
    """Clients loop while it reads `running`; the exact phase stands beside it."""
    made = process(state=state)

    assert (made["status"], made["state"]) == (status, state)
    assert len(set(STATUS_OF.values())) == 5


def test_a_stop_for_want_of_credits_is_told_with_its_file() -> None:
    """Whoever waits until it no longer reads `running` finds the partial file there."""
    early, late = (process(state="pending", missing=1, publish_due=due) for due in (True, False))

    assert (early["status"], early["state"]) == ("running", "publishing")
    assert early["missingCredits"] == 0
    assert (late["status"], late["state"], late["missingCredits"]) == ("pending", "pending", 1)


def test_what_is_not_there_yet_reads_null_or_empty() -> None:
    """A process that waits for a worker has no start, no end and no file."""
    made = process(
        state="queued", started_at=None, finished_at=None, results_name=None, results_key=None
    )

    assert made["startedAt"] is None
    assert made["finishedAt"] is None
    assert made["results"] == ""


@pytest.mark.parametrize(("amount", "credits"), [(0, 0), (1, 1), (1000, 1), (1001, 2)])
def test_credits_are_rounded_up(amount: int, credits: int) -> None:  # noqa: A002 - the word of the trade
    """Of cost and of what is missing, which reads 0 unless the process is pending."""
    assert process(cost=amount)["cost"] == credits
    assert process(state="pending", missing=amount)["missingCredits"] == credits
    assert process(state="running", missing=amount)["missingCredits"] == 0


@pytest.mark.parametrize(
    ("state", "code", "there"),
    [
        ("failed", "blocked", True),
        ("failed", "storage_failed", True),
        ("finished", "max_pages", True),
        ("finished", "max_runtime", True),
        ("finished", "blocked", False),
        ("running", "max_pages", False),
        ("canceled", "max_pages", False),
        ("pending", "internal", False),
    ],
)
def test_an_error_is_told_of_a_failure_or_of_a_limit(state: str, code: str, *, there: bool) -> None:
    """A finished process may have ended at MAX_PAGES or MAX_RUNTIME, and says so."""
    error = process(state=state, error_code=code, error_message="why")["error"]

    assert error == ({"code": code, "message": "why"} if there else None)


def page(**columns: Any) -> dict[str, object]:
    basis = {
        "url": "http://a.test/", "position": [1, 2, 0, 1], "collection": 1, "queue": "base",
        "attempts": 2, "http_status": 200, "state": "done", "verdict": "ok", "bytes": 9,
        "milliseconds": 12, "record_count": 3, "cost": 50, "error": None,
    }  # fmt: skip
    return dump_page(SimpleNamespace(**basis | columns), kept_link="")


def test_a_page_is_listed_with_its_outcome() -> None:
    """The cost is in credits, exactly."""
    assert page() == {
        "url": "http://a.test/",
        "position": [1, 2, 0, 1],
        "collection": 1,
        "fetcher": "base",
        "attempts": 2,
        "httpStatus": 200,
        "verdict": "ok",
        "bytes": 9,
        "ms": 12,
        "records": 3,
        "cost": 0.05,
        "error": None,
        "kept": "",
    }


@pytest.mark.parametrize("state", ["queued", "running"])
def test_an_open_page_reads_where_it_stands(state: str) -> None:
    """It has no verdict yet."""
    assert page(state=state, verdict=None)["verdict"] == state


def test_the_closed_lists_agree_with_what_workers_say() -> None:
    """Every verdict of a slice is documented, and the limits are documented errors."""
    assert set(get_args(Verdict)) | {"queued", "running"} == set(PAGE_VERDICTS)
    assert set(PROCESS_ERRORS) >= LIMIT_ERRORS


def delivery(**columns: Any) -> dict[str, object]:
    attempt = {"at": "1580302278", "status": 500, "ms": 3, "error": "no", "later": 1}
    basis = {
        "id": "d", "kind": "webhook", "event": "process.finished", "target": "http://a.test/",
        "state": "waiting", "attempts": [attempt, {"at": "1580302279"}],
        "next_attempt_at": START, "webhook_id": None,
    }  # fmt: skip
    return dump_delivery(SimpleNamespace(**basis | columns))


def test_a_delivery_is_listed_with_its_attempts() -> None:
    """Each with four members, whatever was stored."""
    assert delivery() == {
        "id": "d",
        "kind": "webhook",
        "event": "process.finished",
        "target": "http://a.test/",
        "webhookId": None,
        "state": "waiting",
        "attempts": [
            {"at": "1580302278", "status": 500, "ms": 3, "error": "no"},
            {"at": "1580302279", "status": None, "ms": None, "error": None},
        ],
        "nextAttemptAt": "1580302278",
    }


@pytest.mark.parametrize("state", ["delivered", "given_up"])
def test_a_settled_delivery_has_no_next_attempt(state: str) -> None:
    """Only a waiting one is tried again."""
    assert delivery(state=state)["nextAttemptAt"] is None


def test_credits_have_up_to_three_decimals() -> None:
    """Whole amounts are whole numbers."""
    row = SimpleNamespace(balance=1_000_000, reserved=50, spent=1_234_567, unlimited=False)

    assert dump_credits(row) == {
        "balance": 1000,
        "reserved": 0.05,
        "spent": 1234.567,
        "unlimited": False,
    }
