"""For those who run the service: is it alive, can it serve, what do the numbers say."""

from __future__ import annotations

from hmac import compare_digest
from typing import Final

from flask import Response, jsonify, request

from app.exposition import CONTENT_TYPE, render
from app.ports import ports
from app.problems import RETRY_AFTER, problem
from schemas.answers import AnswerSchema, Items, ShownWord
from schemas.problem import Fault
from workers import metrics as numbers
from workers.errors import Unauthorized

ESSENTIAL = "database"
"""The part without which no call is served."""


class StatusSchema(AnswerSchema):
    """That this process answers."""

    status = ShownWord(("ok",))


class ReadinessSchema(AnswerSchema):
    """Whether calls can be served."""

    status = ShownWord(
        {"ok": "every part answers.", "degraded": "work waits for what is failing, calls do not."}
    )
    failing = Items(ShownWord(("broker", "storage")))


STATUS: Final = StatusSchema()
READINESS: Final = ReadinessSchema()


def healthz() -> Response:
    """Say that this process answers."""
    return jsonify(STATUS.dump({"status": "ok"}))


def readyz() -> Response:
    """Say whether calls can be served, and which parts can't be reached.

    Runs are accepted and tasks are read without broker and storage: with 503 for those, whoever
    balances the load would take every web program out at once. Without Postgres nothing is served.
    """
    failing = ports().probes.failing()
    if ESSENTIAL not in failing:
        status = "degraded" if failing else "ok"
        return jsonify(READINESS.dump({"status": status, "failing": failing}))
    faults = [Fault(f"/{name}", f"The {name} does not answer.") for name in failing]
    detail = f"Not ready: {', '.join(failing)} can't be reached."
    headers = {"Retry-After": str(RETRY_AFTER)}
    return problem(503, "unavailable", detail, faults=faults, headers=headers)


def metrics() -> Response:
    """Show all numbers as Prometheus reads them; with ``METRICS_TOKEN`` set, only to its bearer."""
    token = ports().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not compare_digest(given.encode(), token.encode()):
        raise Unauthorized("The metrics need METRICS_TOKEN as a bearer token.")
    return Response(render(numbers.collect(ports().database)), content_type=CONTENT_TYPE)
