from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from app.operations import OPERATIONS
from workers.settings import SettingsError

ID = "1PBhj5EGo2hAvBsytLDL363A6Mq"
CAPABILITIES = "/v1/capabilities"


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (f"{CAPABILITIES}?api_key=good", {}),
        (CAPABILITIES, {"Authorization": "Bearer good"}),
        (CAPABILITIES, {"Authorization": "bearer  good "}),
        (CAPABILITIES, {"X-Api-Key": "good"}),
        (f"{CAPABILITIES}?api_key=good&api_key=good", {"X-Api-Key": "good"}),
        (f"{CAPABILITIES}?api_key=", {"X-Api-Key": "good"}),
        (f"{CAPABILITIES}?api_key=good", {"Authorization": "Basic Zm9vOmJhcg=="}),
    ],
)
def test_a_key_is_taken_from_any_of_three_places(
    client: FlaskClient, url: str, headers: dict[str, str]
) -> None:
    """Query, bearer token or header; blank ones and other schemes do not count."""
    assert client.get(url, headers=headers).status_code == 200


@pytest.mark.parametrize("query", ["", "?api_key=", "?api_key=%20"])
def test_without_a_key_the_answer_says_so(client: FlaskClient, query: str) -> None:
    """No key, or a blank one: 401 in the published words, with a challenge (RFC 9110)."""
    answer = client.get(CAPABILITIES + query)

    assert answer.status_code == 401
    assert answer.json["detail"] == "No API Key provided"  # type: ignore[index]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("query", "headers"),
    [("?api_key=unknown", {}), ("?api_key=good", {"X-Api-Key": "reader"})],
)
def test_unknown_or_contradicting_keys_are_invalid(
    client: FlaskClient, query: str, headers: dict[str, str]
) -> None:
    """It is never guessed which of several keys is meant."""
    answer = client.get(CAPABILITIES + query, headers=headers)

    assert answer.status_code == 401
    assert answer.json["detail"].startswith("Invalid API key")  # type: ignore[index]


def test_every_operation_below_v1_needs_a_key(client: FlaskClient) -> None:
    """What needs none is listed here by name."""
    free = {operation.name for operation in OPERATIONS if operation.scope is None}
    answers = {
        operation.name: client.open(
            operation.path.replace("{task_id}", ID), method=operation.methods[0]
        ).status_code
        for operation in OPERATIONS
        if operation.scope is not None
    }

    assert free == {"healthz", "readyz", "metrics", "openapi", "docs", "style", "landing"}
    assert set(answers.values()) == {401}


@pytest.mark.parametrize(
    ("key", "method", "url"),
    [
        ("reader", "POST", f"/v1/task/{ID}/run"),
        ("reader", "POST", "/v1/task/create"),
        ("reader", "GET", "/v1/webhooks/secret"),
        ("reader", "POST", "/v1/webhooks"),
        ("reader", "DELETE", f"/v1/webhook/{ID}"),
        ("runner", "GET", "/v1/webhooks"),
        ("runner", "GET", "/v1/processes"),
        ("runner", "GET", "/v1/tasks"),
        ("runner", "DELETE", f"/v1/task/{ID}"),
    ],
)
def test_a_key_does_only_what_its_scopes_allow(
    client: FlaskClient, key: str, method: str, url: str
) -> None:
    """A call outside the key's scopes: 403, and the answer names the scope."""
    answer = client.open(url, method=method, headers={"X-Api-Key": key})

    assert answer.status_code == 403
    assert "scope" in answer.json["detail"]  # type: ignore[index]


def test_past_the_rate_limit_a_key_has_to_wait(make_app: Any) -> None:
    """429 with Retry-After for this key; another key goes on."""
    client = make_app(rate_limit="2/minute").test_client()
    codes = [client.get(CAPABILITIES, headers={"X-Api-Key": "good"}) for _ in range(3)]
    other = client.get(CAPABILITIES, headers={"X-Api-Key": "reader"})

    assert [answer.status_code for answer in codes] == [200, 200, 429]
    assert 1 <= int(codes[2].headers["Retry-After"]) <= 61
    assert codes[2].content_type == "application/problem+json"
    assert other.status_code == 200


def test_calls_without_a_key_are_not_counted(make_app: Any) -> None:
    """Probes and docs are free of the limit."""
    client = make_app(rate_limit="1/minute").test_client()

    assert {client.get("/healthz").status_code for _ in range(3)} == {200}


def test_a_rate_limit_that_cannot_be_read_stops_the_start(make_app: Any) -> None:
    """The message names the variable and shows the form."""
    with pytest.raises(SettingsError, match="RATE_LIMIT"):
        make_app(rate_limit="many")


@pytest.mark.parametrize("url", ["/docs", "/nothing", CAPABILITIES])
def test_every_answer_carries_the_security_headers(client: FlaskClient, url: str) -> None:
    """No sniffing, no framing, nothing from third parties; errors included."""
    headers = client.get(url).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_access_log_never_holds_the_key(client: FlaskClient) -> None:
    """Method, path, status and time are logged; the query is not."""
    with capture_logs() as logs:
        client.get(f"{CAPABILITIES}?api_key=good")

    assert [entry["path"] for entry in logs] == [CAPABILITIES]
    assert "good" not in str(logs)
