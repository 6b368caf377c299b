"""Makes the WSGI application."""

from __future__ import annotations

from flask import Flask

from app import cors, gate, problems
from app.allowance import Allowance
from app.openapi import document
from app.operation import Id, Operation
from app.operations import OPERATIONS
from app.ports import WebPorts
from app.proxied import TrustedProxies
from app.rendering import install as install_rendering
from app.spelling import Spelling
from workers.settings import Settings
from workers.settings import settings as own_settings


def create_app(settings: Settings | None = None, *, ports: WebPorts | None = None) -> Flask:
    """Return the WSGI application; it connects to nothing before its first call."""
    settings = settings or own_settings()
    app = Flask("app", static_folder=None)
    app.config.update(
        # Werkzeug cuts a body sent in chunks at its limit without a word; the one byte more shows.
        MAX_CONTENT_LENGTH=settings.max_body_bytes + 1,
        OPENAPI=document(OPERATIONS),
    )
    (ports or WebPorts.of(settings)).install(app.extensions)
    install_rendering(app)
    app.url_map.converters["id"] = Id
    for operation in OPERATIONS:
        _route(app, operation)
    problems.install(app)
    cors.install(app, frozenset(settings.allowed_origins))
    gate.install(app, {operation.name: operation for operation in OPERATIONS})
    # This is Flask's own way to wrap an application.
    inner = Allowance(Spelling(app.wsgi_app))
    app.wsgi_app = TrustedProxies(inner, settings.trusted_proxies)  # type: ignore[method-assign, assignment]
    return app


def _route(app: Flask, operation: Operation) -> None:
    app.add_url_rule(
        operation.rule,
        endpoint=operation.name,
        view_func=operation.view,
        methods=operation.methods,
    )
