"""Pages of other origins, and proxies with a path before ours."""

from __future__ import annotations

from typing import Any

import pytest

from app.preflight import check
from workers.settings import SettingsError, load

CAPABILITIES = "/v1/capabilities"
APP = "https://app.example.test"
FORWARDED = {
    "X-Forwarded-Prefix": "/grist",
    "X-Forwarded-Host": "data.example.test",
    "X-Forwarded-Proto": "https",
}


def test_no_other_origin_is_let_in_unless_named(client: Any) -> None:
    """Without the setting no answer carries a word of it."""
    answer = client.get(CAPABILITIES, headers={"X-Api-Key": "good", "Origin": APP})

    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_a_named_origin_may_read_answers_and_errors(make_app: Any) -> None:
    """Exactly that origin, without credentials, and with the headers that lists need."""
    client = make_app(allowed_origins=(APP, "http://localhost:3000")).test_client()
    asked = {"Origin": APP}
    answers = [
        client.get(CAPABILITIES, headers={**asked, "X-Api-Key": "good"}),
        client.get(CAPABILITIES, headers=asked),
    ]

    assert [answer.status_code for answer in answers] == [200, 401]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == APP
        assert "Link" in answer.headers["Access-Control-Expose-Headers"]
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://app.example.test.evil.test", "null", "", APP.upper()])
def test_any_other_origin_is_not(make_app: Any, origin: str) -> None:
    """Origins are compared whole; caches are told that the answer depends on it."""
    client = make_app(allowed_origins=(APP,)).test_client()
    answer = client.get(CAPABILITIES, headers={"X-Api-Key": "good", "Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_a_preflight_names_methods_and_headers(make_app: Any) -> None:
    """It needs no key: a browser sends none."""
    client = make_app(allowed_origins=(APP,)).test_client()
    answer = client.options("/v1/task/create", headers={
        "Origin": APP, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key, content-type",
    })  # fmt: skip

    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert {"X-Api-Key", "Content-Type", "Idempotency-Key"} <= {
        name.strip() for name in answer.headers["Access-Control-Allow-Headers"].split(",")
    }


def test_nothing_beside_the_api_is_open_to_other_origins(make_app: Any) -> None:
    """The docs and the metrics are no API."""
    client = make_app(allowed_origins=(APP,)).test_client()

    assert "Access-Control-Allow-Origin" not in client.get("/docs", headers={"Origin": APP}).headers


def test_links_lead_through_a_trusted_proxy(make_app: Any) -> None:
    """The problem's type, the docs' assets and examples carry its prefix and its host."""
    client = make_app(trusted_proxies=("127.0.0.0/8",)).test_client()
    problem = client.get(CAPABILITIES, headers=FORWARDED).json
    docs = client.get("/docs", headers=FORWARDED).text

    assert problem["type"] == "/grist/docs#problem-unauthorized"
    assert 'href="/grist/docs.css"' in docs
    assert "https://data.example.test/grist/v1/task/create" in docs


@pytest.mark.parametrize(
    ("trusted", "headers", "environ"),
    [
        ((), FORWARDED, {}),
        (("10.0.0.0/8",), FORWARDED, {}),
        (("10.0.0.0/8",), FORWARDED, {"REMOTE_ADDR": ""}),
        (("127.0.0.1",), {"X-Forwarded-Prefix": "//evil.test"}, {}),
        (("127.0.0.1",), {"X-Forwarded-Prefix": '/a"><script>'}, {}),
        ((), {}, {"SCRIPT_NAME": "/metrics"}),
    ],
)
def test_strangers_and_nonsense_move_no_link(
    make_app: Any, trusted: tuple[str, ...], headers: dict[str, str], environ: dict[str, str]
) -> None:
    """Only a proxy that the operator trusts is believed, and only a plain path."""
    client = make_app(trusted_proxies=trusted).test_client()
    answer = client.get(CAPABILITIES, headers=headers, environ_overrides=environ)

    assert answer.json["type"] == "/docs#problem-unauthorized"


def test_a_proxy_that_connects_over_both_families_is_known(make_app: Any) -> None:
    """A socket of both families shows IPv4 addresses within IPv6 ones."""
    client = make_app(trusted_proxies=("127.0.0.1",)).test_client()
    answer = client.get(
        CAPABILITIES, headers=FORWARDED, environ_overrides={"REMOTE_ADDR": "::ffff:127.0.0.1"}
    )

    assert answer.json["type"].startswith("/grist/")


@pytest.mark.parametrize(
    "variables",
    [
        {"ALLOWED_ORIGINS": "*"},
        {"ALLOWED_ORIGINS": "https://app.example.test/"},
        {"ALLOWED_ORIGINS": "app.example.test"},
        {"TRUSTED_PROXIES": "the-proxy"},
        {"TRUSTED_PROXIES": "10.0.0.1/8"},
    ],
)
def test_settings_that_would_match_nothing_stop_the_start(variables: dict[str, str]) -> None:
    """The message names the variable and shows the form."""
    [name] = variables

    with pytest.raises(SettingsError, match=name):
        check(load(variables), variables)
