from __future__ import annotations

import json
import threading
import time
from typing import Any, Self

import pytest
from flask.testing import FlaskClient

from app.exposition import render
from schemas import registry
from workers.errors import BrokerUnavailable
from workers.metrics import Family, Metrics
from workers.probes import PATIENCE, Probes


def test_being_alive_needs_nothing(client: FlaskClient) -> None:
    """/healthz answers while everything else is down."""
    assert client.get("/healthz").json == {"status": "ok"}


def test_being_ready_is_told_with_every_part_well(client: FlaskClient) -> None:
    """200 only when all can serve."""
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("failing", "status"),
    [
        (["broker"], 200),
        (["storage"], 200),
        (["broker", "storage"], 200),
        (["database"], 503),
        (["database", "broker"], 503),
    ],
)
def test_only_without_its_database_is_a_web_program_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, failing: list[str], status: int
) -> None:
    """A balancer that takes out who is not ready must not take out all because Redis is down."""
    monkeypatch.setattr(Probes, "failing", lambda _: failing)
    answer = client.get("/readyz")

    assert answer.status_code == status
    assert all(name in answer.text for name in failing)
    if status == 200:
        assert answer.json == {"status": "degraded", "failing": failing}


def test_parts_that_fail_or_hang_are_named_in_time() -> None:
    """A part that hangs costs two seconds once, and does not pile threads up."""
    release, started = threading.Event(), []

    def hang() -> None:
        started.append(1)
        release.wait(30)

    def fail() -> None:
        raise BrokerUnavailable

    probes = Probes({"database": lambda: None, "broker": fail, "storage": hang})
    began = time.monotonic()
    first, second = probes.failing(), probes.failing()
    took = time.monotonic() - began
    release.set()

    assert first == second == ["broker", "storage"]
    assert took < 2 * PATIENCE + 10
    assert len(started) == 1


def test_metrics_may_ask_for_a_token(make_app: Any) -> None:
    """With METRICS_TOKEN set, only its bearer reads them."""
    client = make_app(metrics_token="token").test_client()
    refused = client.get("/metrics", headers={"Authorization": "Bearer other"})
    let_in = client.get("/metrics", headers={"Authorization": "Bearer token"})

    assert refused.status_code == 401
    assert let_in.status_code == 503


def test_counters_and_gauges_are_told_as_prometheus_reads_them() -> None:
    """Names, labels and values."""
    text = render(
        [
            Family(
                name="pages", description="P", kind="counter", samples=(({"verdict": "ok"}, 3.0),)
            ),
            Family(name="due", description="D", samples=(({}, 2.0),)),
        ]
    ).decode()

    assert 'pages_total{verdict="ok"} 3.0' in text
    assert "due 2.0" in text


class Rows:
    """Stands in for a database: keeps what is flushed into it."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, float]] = []

    def transaction(self, _: str) -> Rows:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def async_commit(self) -> None:
        """Nobody waits for a disk."""

    def many(self, _: str, rows: list[tuple[str, str, float]]) -> None:
        self.kept += rows


def test_what_was_measured_becomes_a_histogram() -> None:
    """Each bucket holds all below it; sum and count are whole."""
    metrics, rows = Metrics(), Rows()
    for value in (0.05, 0.3, 100.0):
        metrics.observe("gristmill_claim_seconds", value)
    metrics.flush(rows)  # type: ignore[arg-type]
    samples = tuple((json.loads(labels), value) for _, labels, value in rows.kept)
    text = render(
        [
            Family(
                name="gristmill_claim_seconds",
                description="C",
                kind="histogram",
                samples=samples,
            )
        ]
    ).decode()

    assert 'bucket{le="0.02"} 0.0' in text
    assert 'bucket{le="0.1"} 1.0' in text
    assert 'bucket{le="0.5"} 2.0' in text
    assert 'bucket{le="+Inf"} 3.0' in text
    assert "gristmill_claim_seconds_count 3.0" in text
    assert "gristmill_claim_seconds_sum 100.35" in text


@pytest.mark.parametrize("name", ["gristmill_pages", "gristmill_pages_total"])
def test_a_counter_has_one_name_with_or_without_its_ending(name: str) -> None:
    """Callers may write it as Prometheus shows it."""
    metrics, rows = Metrics(), Rows()
    metrics.count(name, verdict="ok")
    metrics.flush(rows)  # type: ignore[arg-type]

    assert rows.kept == [("gristmill_pages", '{"verdict": "ok"}', 1.0)]


def test_capabilities_are_those_of_this_deployment(make_app: Any) -> None:
    """From the registry and the settings, so that a new plug-in is told by itself."""
    app = make_app(proxies={"us": ("http://user:hush@proxy:1",)}, base_price=125, max_pages=7)
    answer = app.test_client().get("/v1/capabilities?api_key=good")
    told = answer.json

    assert set(told["formats"]) == set(registry.OUTPUTS)
    assert set(told["engines"]) == set(registry.SERP_ENGINES)
    assert set(told["fetchers"]) == set(registry.FETCHERS)
    assert set(told["exports"]) == set(registry.EXPORTS)
    assert (told["proxies"], told["prices"]) == (["us"], {"base": 0.125, "chrome": 0.1})
    assert told["limits"]["pages"] == 7
    assert "hush" not in answer.text
