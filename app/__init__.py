"""HTTP and the command line: load what a call says, call the worker side, dump what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.ports import WebPorts
    from workers.settings import Settings


def create_app(settings: Settings | None = None, *, ports: WebPorts | None = None) -> Flask:
    """Return the WSGI application; it connects to nothing before its first call."""
    # The command line says in a line which setting is wrong: nothing may be read before it runs.
    from app.factory import create_app as make  # noqa: PLC0415

    return make(settings, ports=ports)
