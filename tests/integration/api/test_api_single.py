from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg2
import pytest

from app import create_app

FILE = b'[{"Title_text":"one"}]'
PAYLOAD: dict[str, Any] = {
    "name": "books",
    "request": {"url": "https://example.test/list"},
    "fields": [{"name": "Title", "selector": "h3"}],
    "format": "json",
}
IN_REQUEST = PAYLOAD["request"] | {"output": "file"}
NAME = "books_2026-11-24_16:04.json"


@pytest.fixture
def worker(database_url: str, storage: Any) -> Iterator[Callable[..., None]]:
    """A stand-in for the worker pool: ends the next process as it is told."""
    threads: list[threading.Thread] = []

    def work(columns: dict[str, object]) -> None:
        names = ", ".join(f"{column} = %s" for column in columns)
        with closing(psycopg2.connect(database_url)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            for _ in range(200):
                cursor.execute(
                    f"UPDATE processes SET {names}, finished_at = now(), publish_due = false"
                    " WHERE state = 'queued'",
                    list(columns.values()),
                )
                if cursor.rowcount:
                    return
                time.sleep(0.02)

    def begin(**columns: object) -> None:
        storage.put("results/1.json", [FILE], "application/json")
        threads.append(threading.Thread(target=work, args=(columns,)))
        threads[-1].start()

    yield begin
    for thread in threads:
        thread.join()


DONE = {
    "state": "finished",
    "results_name": NAME,
    "results_key": "results/1.json",
    "results_type": "application/json",
    "results_size": len(FILE),
}


@pytest.mark.parametrize("path", ["/v1/extract", "/v1/parse"])
def test_a_single_call_answers_with_the_file(
    ann: Any, worker: Callable[..., None], path: str
) -> None:
    """The file's bytes, its type, and the id under which the process is listed; no task is."""
    worker(**DONE)
    answer = ann.post(path, json=PAYLOAD)
    process = ann.get(f"/v1/process/{answer.headers['Process-Id']}/info").json

    assert answer.data == FILE
    assert answer.content_type.startswith("application/json")
    assert NAME in answer.headers["Content-Disposition"].replace("%3A", ":")
    assert process["status"] == "finished"
    assert ann.get("/v1/tasks").json == []


@pytest.mark.parametrize("wish", [{"output": "file"}, {"request": IN_REQUEST}])
def test_a_single_call_may_ask_for_the_link(
    ann: Any, worker: Callable[..., None], wish: dict[str, Any]
) -> None:
    """`output: file`, beside the request or in it as the vendor writes: the link, as text."""
    worker(**DONE)
    answer = ann.post("/v1/extract", json=PAYLOAD | wish)

    assert answer.content_type.startswith("text/plain")
    assert answer.text.startswith("http")
    assert "Process-Id" in answer.headers


@pytest.mark.parametrize(
    ("columns", "status", "detail"),
    [
        (
            {"state": "failed", "error_code": "start_page_failed", "error_message": "Gone."},
            502,
            "start_page_failed: Gone.",
        ),
        ({"state": "pending"}, 402, "credits"),
        ({"state": "canceled"}, 409, "canceled"),
    ],
)
def test_a_single_call_that_came_to_nothing_says_why(
    ann: Any,
    worker: Callable[..., None],
    columns: dict[str, object],
    status: int,
    detail: str,
) -> None:
    """A problem document with the process' id."""
    worker(**columns)
    answer = ann.post("/v1/extract", json=PAYLOAD)

    assert answer.status_code == status
    assert detail in answer.json["detail"]
    assert len(answer.headers["Process-Id"]) == 27


def test_a_single_call_that_takes_too_long_ends_and_its_process_goes_on(
    ann: Any, settings: Any
) -> None:
    """504 with the id after SINGLE_TIMEOUT."""
    client = create_app(replace(settings, single_timeout=0.2)).test_client()
    answer = client.post("/v1/extract", json=PAYLOAD, headers={"X-Api-Key": ann.key})
    process = ann.get(f"/v1/process/{answer.headers['Process-Id']}/info").json

    assert answer.status_code == 504
    assert answer.json["code"] == "single_timeout"
    assert process["status"] == "running"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (PAYLOAD | {"output": "pdf"}, "/output"),
        (PAYLOAD | {"output": ["file"]}, "/output"),
        (PAYLOAD | {"format": "pdf"}, "/format"),
        (PAYLOAD | {"request": {"url": "http://x.test/", "output": 1}}, "/request/output"),
    ],
)
def test_a_single_call_that_cannot_run_starts_nothing(
    ann: Any, body: dict[str, Any], pointer: str
) -> None:
    """The fault's place is the body's own."""
    answer = ann.post("/v1/extract", json=body)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/v1/fetch", "content"), ("/v1/convert/url/pdf", "pdf"),
     ("/v1/convert/url/screenshot", "screenshot")],
)  # fmt: skip
def test_a_call_about_one_page_is_a_process_of_an_unlisted_task(
    ann: Any, worker: Callable[..., None], path: str, kind: str
) -> None:
    """Its payload is the body and what the call is about; the answer has the document's type."""
    worker(**DONE | {"results_type": "image/png"})
    answer = ann.post(path, json={"url": "https://example.test/", "output": "buffer"})
    process = ann.get(f"/v1/process/{answer.headers['Process-Id']}/info").json
    task = ann.get(f"/v1/task/{process['taskID']}/info").json

    assert (answer.status_code, answer.data, answer.content_type) == (200, FILE, "image/png")
    assert task["payload"] == {"capture": kind, "url": "https://example.test/"}
    assert ann.get("/v1/tasks").json == []


@pytest.mark.parametrize(
    ("path", "body", "pointer", "word"),
    [
        ("/v1/fetch", {}, "/url", "give its URL"),
        ("/v1/fetch", {"url": "https://x.test/", "typ": "base"}, "/typ", "`type`"),
        ("/v1/fetch", {"url": "https://x.test/", "capture": "pdf"}, "/capture", "`content`"),
        ("/v1/fetch", {"url": "https://x.test/", "output": "disk"}, "/output", "`buffer`"),
        ("/v1/convert/url/pdf", {"url": "ftp://x.test/"}, "/url", "http"),
        ("/v1/convert/url/screenshot", {"url": "https://x.test/", "clipSelector": "#a["},
         "/clipSelector", ""),
        ("/v1/convert/url/screenshot", [], "", "object"),
    ],
)  # fmt: skip
def test_a_call_about_one_page_that_cannot_run_starts_nothing(
    ann: Any, path: str, body: object, pointer: str, word: str
) -> None:
    """The place is the body's own, and the sentence says the cure."""
    answer = ann.post(path, json=body)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]
    assert word in answer.json["errors"][0]["detail"]
    assert "Process-Id" not in answer.headers
