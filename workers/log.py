"""Logging for every program of ours: static event names, fields, one renderer, no secrets.

``log.info("page_fetched", url=url, ms=12)``. What libraries say through ``logging`` (Celery,
gunicorn, urllib3) leaves through the same renderer. Celery's ``setup_logging`` signal and
gunicorn's ``on_starting`` hook are where those two hand the logging over to ``configure``.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from workers.redact import redact

_TAKEN_OVER = (
    "gunicorn.error",
    "gunicorn.access",
    "celery",
    "celery.task",
    "werkzeug",
    "flask.app",
)
_QUIET = ("urllib3", "kombu", "amqp", "asyncio", "celery.utils.functional")


_direct: list[logging.StreamHandler[Any]] = []
"""Where ``note`` writes; empty: it logs as everybody does."""


class LogSettings(Protocol):
    """What logging needs of the settings (``workers.settings`` stands beside, not below)."""

    @property
    def log_format(self) -> str:
        """``console``, ``json``, or empty: a console at a terminal, else JSON."""
        ...

    @property
    def log_level(self) -> str:
        """A level of ``logging``, in any letter case."""
        ...


def _without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    cleaned: EventDict = redact(event)
    return cleaned


def _to_json(event: Any, **_: object) -> str:  # noqa: ANN401 - as structlog asks for it
    """Serialise one event; a value that JSON can't hold never costs the line."""
    try:
        return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(event, default=str, skipkeys=True)


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]


def _formatter(*, console: bool) -> logging.Formatter:
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            timestamp_key="time",
            exception_formatter=structlog.dev.plain_traceback,
        )
        if console
        else structlog.processors.JSONRenderer(serializer=_to_json)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.StackInfoRenderer(),
            # Before the redaction, so that no traceback carries a secret out.
            structlog.processors.format_exc_info,
            _without_secrets,
            renderer,
        ],
    )


def configure(settings: LogSettings) -> None:
    """Send all logging of this program to stderr in one form; safe to repeat, also after a fork."""
    chosen = settings.log_format.lower()
    console = chosen == "console" or (not chosen and _at_terminal())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(console=console))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    root.setLevel(level)
    _direct[:] = [] if console or level > logging.INFO else [handler]
    for name in _TAKEN_OVER:
        taken = logging.getLogger(name)
        taken.handlers.clear()
        taken.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _at_terminal() -> bool:
    return sys.stderr.isatty()


def get_logger(name: str = "gristmill") -> structlog.stdlib.BoundLogger:
    """Return a logger; it may be made at import, before ``configure``."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def note(event: str, **fields: object) -> None:
    """Log what often happens and can hold no secret: ``fields`` are not looked through.

    The line is as any other at level ``info``, for a tenth of the time.
    """
    if not _direct:
        get_logger().info(event, **fields)
        return
    told = {
        **fields,
        "event": event,
        "level": "info",
        "logger": "gristmill",
        "time": datetime.now(UTC),
    }
    line = orjson.dumps(told, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE).decode()
    handler = _direct[0]
    with suppress(OSError), handler.lock or nullcontext():
        handler.stream.write(line)
        handler.stream.flush()


def bind(**fields: object) -> None:
    """Add ``fields`` (such as ``process=id``) to every event of this thread until ``clear``."""
    structlog.contextvars.bind_contextvars(**fields)


def clear() -> None:
    """Forget what ``bind`` added; a job calls it at its start, for threads are used again."""
    structlog.contextvars.clear_contextvars()
