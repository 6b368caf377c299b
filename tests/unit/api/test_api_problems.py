from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.problems import STATUS
from schemas.problem import Fault, Invalid
from workers import errors

ID = "1PBhj5EGo2hAvBsytLDL363A6Mq"
KEY = {"X-Api-Key": "good"}


def _below(base: type[errors.GristmillError]) -> Iterator[type[errors.GristmillError]]:
    for child in base.__subclasses__():
        yield child
        yield from _below(child)


@pytest.mark.parametrize(
    "error",
    [*_below(errors.CallError), *_below(errors.PartUnavailable)],
    ids=lambda error: error.__name__,
)
def test_every_error_of_a_call_has_a_status(error: type[errors.GristmillError]) -> None:
    """A new error class without a line in the table would be answered as a fault of ours."""
    assert STATUS[error.code] != 500


@pytest.mark.parametrize(
    ("method", "url", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/v1/task/short/info", 404, "not_found"),
        ("GET", f"/v1/task/{ID}/run", 405, "method_not_allowed"),
        ("GET", "/v1/task/create", 405, "method_not_allowed"),
        ("GET", f"/v1/process/{ID}/cancel", 405, "method_not_allowed"),
        ("GET", "/v1/tasks", 503, "database_unavailable"),
        ("POST", "/v1/task/create", 400, "invalid"),
    ],
)
def test_whatever_goes_wrong_is_a_problem_document(
    client: FlaskClient, method: str, url: str, status: int, code: str
) -> None:
    """RFC 9457: type, title, status and detail; and our code and list of faults."""
    answer = client.open(url, method=method, headers=KEY)
    document = answer.json

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert document["status"] == status  # type: ignore[index]
    assert document["code"] == code  # type: ignore[index]
    assert document["type"] == f"/docs#problem-{code}"  # type: ignore[index]
    assert {"title", "detail", "errors"} <= set(document)  # type: ignore[arg-type]


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    """405 carries Allow, so that a client can mend its call."""
    allowed = client.get(f"/v1/task/{ID}/run", headers=KEY).headers["Allow"]

    assert set(allowed.split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_create_is_no_id(client: FlaskClient, method: str) -> None:
    """``/v1/task/create`` takes POST alone, though a task is changed and deleted at its bare id."""
    answer = client.open("/v1/task/create", method=method, headers=KEY)

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize("path", ["/v1//task/create/", "/v1/task//create"])
def test_no_post_is_answered_by_a_redirect(client: FlaskClient, path: str) -> None:
    """Most clients would repeat it as a GET: slashes too many are passed over instead."""
    assert client.post(path, headers=KEY).status_code == 400


def test_a_part_that_is_away_says_when_to_come_back(client: FlaskClient) -> None:
    """503 carries Retry-After."""
    assert int(client.get("/v1/tasks", headers=KEY).headers["Retry-After"]) > 0


def test_a_fault_of_ours_leaks_nothing(app: Flask) -> None:
    """A 500 says that it was logged, and not a word of what it was."""

    def broken() -> str:
        raise RuntimeError("postgres://user:secret@host")

    app.add_url_rule("/broken", view_func=broken)
    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert answer.json["code"] == "internal"  # type: ignore[index]
    assert "secret" not in answer.text
    assert "Runtime" not in answer.text


def test_all_faults_are_named_at_once(app: Flask) -> None:
    """Each has its place, a JSON pointer, and its cure."""

    def faulty() -> str:
        raise Invalid([Fault("/a", "must be b"), Fault("/c/0", "is not d")])

    app.add_url_rule("/faulty", view_func=faulty)
    answer = app.test_client().get("/faulty")

    assert answer.status_code == 400
    assert answer.json["errors"] == [  # type: ignore[index]
        {"pointer": "/a", "detail": "must be b"},
        {"pointer": "/c/0", "detail": "is not d"},
    ]
