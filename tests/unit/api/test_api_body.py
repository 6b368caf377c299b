from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient

from app import body
from schemas.problem import Invalid
from workers.errors import NotFound, RequestTooSlow, UnsupportedMedia

FORM = "application/x-www-form-urlencoded"
KEY = {"X-Api-Key": "good"}
NAME = "1PBhj5EG_2026-11-24_16:04.json"


@pytest.mark.parametrize(
    "kind", [None, FORM, "application/json; charset=utf-8", "text/plain", "application/x+json"]
)
def test_a_json_body_is_read_whatever_type_curl_gave_it(app: Flask, kind: str | None) -> None:
    """The published curl lines send JSON as a form; it is JSON all the same."""
    with app.test_request_context("/", method="POST", data=b'{"a=b&c": 1}', content_type=kind):
        assert body.read_json() == {"a=b&c": 1}


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "image/png", "text/html"])
def test_a_body_that_says_to_be_something_else_is_refused(app: Flask, kind: str) -> None:
    """415 for what can't be JSON, by its own word."""
    with (
        app.test_request_context("/", method="POST", data=b"{}", content_type=kind),
        pytest.raises(UnsupportedMedia),
    ):
        body.read_json()


def test_a_compressed_body_is_refused(app: Flask) -> None:
    """Content codings of requests are not supported, and said so (RFC 9110, 15.5.16)."""
    with (
        app.test_request_context(
            "/", method="POST", data=b"{}", headers={"Content-Encoding": "gzip"}
        ),
        pytest.raises(UnsupportedMedia),
    ):
        body.read_json()


def test_a_missing_body_says_what_to_send(app: Flask) -> None:
    """An empty body is a fault only where one is needed."""
    with app.test_request_context("/", method="POST"), pytest.raises(Invalid) as caught:
        body.read_json()

    assert "JSON object" in caught.value.faults[0].detail


@pytest.mark.parametrize("length", [True, False])
def test_a_body_beyond_the_limit_is_413(client: FlaskClient, *, length: bool) -> None:
    """With its length announced or sent in chunks, more than MAX_BODY_BYTES is never read."""
    environ: dict[str, Any] = {"wsgi.input": io.BytesIO(b"[" + b" " * 2000 + b"]")}
    if length:
        environ["CONTENT_LENGTH"] = "2002"
    else:
        environ |= {
            "CONTENT_LENGTH": None,
            "HTTP_TRANSFER_ENCODING": "chunked",
            "wsgi.input_terminated": True,
        }
    answer = client.post("/v1/task/create", headers=KEY, environ_overrides=environ)

    assert answer.status_code == 413
    assert answer.json["code"] == "body_too_large"  # type: ignore[index]
    assert "MAX_BODY_BYTES allows 1,000 bytes" in answer.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "sent", "kind"),
    [
        (f"?file={NAME}", b"", None),
        ("", NAME.encode(), None),
        ("", NAME.encode() + b"\n", FORM),
        ("", f'"{NAME}"'.encode(), "application/json"),
        ("", f'{{"id": "x", "results": "{NAME}"}}'.encode(), FORM),
        ("", NAME.replace(":", "%3A").encode(), FORM),
        ("", f"file={NAME}".encode(), FORM),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_name_of_a_file_comes_in_any_form(
    app: Flask, method: str, query: str, sent: bytes, kind: str | None
) -> None:
    """Query, raw body (of a GET too), JSON string, or an object such as a process."""
    with app.test_request_context(
        f"/v1/getlink{query}", method=method, data=sent, content_type=kind
    ):
        assert body.read_results_name() == NAME


@pytest.mark.parametrize(
    "sent", [b"", b"  \n", b'""', b"{}", b'{"results": ""}', b'{"results": 1}']
)
def test_no_name_is_told_the_form_that_works(app: Flask, sent: bytes) -> None:
    """The published curl line loses its body to a blank; the answer shows ``?file=``."""
    with app.test_request_context("/", method="POST", data=sent), pytest.raises(Invalid) as caught:
        body.read_results_name()

    assert "?file=" in str(caught.value)


def test_a_name_that_no_file_can_have_is_not_found(app: Flask) -> None:
    """A NUL would be refused by Postgres; it is simply no name of ours."""
    with app.test_request_context("/?file=a%00b"), pytest.raises(NotFound):
        body.read_results_name()


@pytest.mark.parametrize(("sent", "read"), [(None, None), ("k-1", "k-1"), ("a" * 255, "a" * 255)])
def test_an_idempotency_key_is_read(app: Flask, sent: str | None, read: str | None) -> None:
    """1 to 255 printable characters, or none."""
    with app.test_request_context("/", headers={"Idempotency-Key": sent} if sent else {}):
        assert body.read_idempotency_key() == read


@pytest.mark.parametrize("sent", ["", "a" * 256, "caf\xe9"])
def test_an_unusable_idempotency_key_is_refused(app: Flask, sent: str) -> None:
    """Refused rather than shortened: two keys must not become one."""
    with app.test_request_context("/", headers={"Idempotency-Key": sent}), pytest.raises(Invalid):
        body.read_idempotency_key()


def test_a_body_that_does_not_come_is_told_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """408, and not a word of a body that is broken."""

    def stall(_: Request) -> bytes:
        raise RequestTooSlow

    monkeypatch.setattr(Request, "get_data", stall)
    answer = client.post("/v1/task/create", headers=KEY)

    assert answer.status_code == 408
    assert answer.json["code"] == "request_too_slow"  # type: ignore[index]
