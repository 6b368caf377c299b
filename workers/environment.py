"""Keeps the environment from leading the libraries below us astray, and notices misspelt settings.

Celery, gunicorn, libpq and their like read variables of their own, which beat what a program tells
them: a ``CELERY_BROKER_URL`` that stands on a machine for another service sends every message to a
broker that nobody reads. Our settings alone count, so those are dropped before anybody looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import fields
from difflib import get_close_matches

from workers.settings import ProgramSettings, Settings

STEERS: Mapping[str, tuple[str, ...]] = {
    "Celery": (
        r"CELERY\w*", r"KOMBU_\w+", "BROKER_URL", "RESULT_BACKEND", "LOADER", "CONFIG_MODULE",
        "SKIP_CHECKS", "DJANGO_SETTINGS_MODULE", "FORKED_BY_MULTIPROCESSING", "MP_MAIN_FILE",
        "MULTIPROCESSING_FORKING_DISABLE", r"C_(BENCH\w*|FAKEFORK|IMPDEBUG|REMDEBUG|WNOCONF)",
        "C_(STRICT|WARN)_APP", "AUTOSCALE_KEEPALIVE", "EVENTLET_NOBLOCK", "PICKLE_PROTOCOL",
    ),
    "Flask and gunicorn": (
        r"FLASK_\w+", r"GUNICORN_\w+", "SENDFILE", "SCRIPT_NAME", "FORWARDED_ALLOW_IPS",
    ),
    "Playwright": ("NODE_OPTIONS", "PWDEBUG", r"PW_\w+", r"PWTEST_\w+", r"SELENIUM_REMOTE_\w+"),
    "Python": ("PYTHON(WARNINGS|OPTIMIZE|INSPECT)",),
    "prometheus-client": ("(?i:PROMETHEUS_MULTIPROC_DIR)",),
    "PostgreSQL": (r"PG[A-Z]+",),
}  # fmt: skip
"""Library → what it would read, as patterns of whole names."""

TRUST = re.compile(
    r"PG(SSL\w+|REQUIRESSL|CHANNELBINDING|REQUIREAUTH|REQUIREPEER|GSS\w+|KRBSRVNAME"
    r"|PASSWORD|PASSFILE)"
)
"""What an operator may tell libpq beside a DATABASE_URL of his own: whom to trust, and who we are.

Where the database is, and how a session behaves, is the URL's business and ours."""

ELSEWHERE = frozenset(
    {"GRISTMILL_HOME", "GRISTMILL_API_KEY", "GRISTMILL_URL", "WEB_URL"}
    | {f"GRISTMILL_{name}" for name in ("SUPERVISED", "PART", "OWNED")}
)
"""Names of ours that are no settings of all programs."""

LINKED = re.compile(
    r"\w+_(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
"""What Kubernetes says about services: one that is called gristmill has names like ours."""
ADDRESS = re.compile("(tcp|udp|sctp)://")

ALIKE = 0.86  # of difflib's ratio: one slip in eight letters, none in four
_STEERS = {
    library: re.compile("|".join(f"(?:{name})" for name in names))
    for library, names in STEERS.items()
}


def known() -> frozenset[str]:
    """Return the names of all our settings."""
    ours = (field.name.upper() for kind in (Settings, ProgramSettings) for field in fields(kind))
    return frozenset(ours) | ELSEWHERE


def clear(environ: MutableMapping[str, str]) -> list[str]:
    """Drop what steers libraries, and settings of ours that are empty; returns the former's names.

    An embedded database, which is the one where ``DATABASE_URL`` is not set, asks for no trust.
    """
    own_database = bool(environ.get("DATABASE_URL", "").strip())
    dropped = [
        name
        for name in sorted(environ)
        if _library(name) and not (own_database and TRUST.fullmatch(name))
    ]
    blank = [name for name in known() if not environ.get(name, "-").strip()]
    for name in (*dropped, *blank):
        del environ[name]
    return dropped


def _library(name: str) -> str:
    return next((lib for lib, names in _STEERS.items() if names.fullmatch(name)), "")


def remarks(dropped: Iterable[str], environ: Mapping[str, str]) -> list[str]:
    """Return, in sentences that hold no value, what is strange about an environment."""
    names = {library: [name for name in dropped if _library(name) == library] for library in STEERS}
    return [
        f"{', '.join(found)}: not used, for only our own settings steer {library}"
        for library, found in names.items()
        if found
    ] + [
        f"{name} is no setting of ours" + (f": did you mean {meant}?" if meant else "")
        for name, meant in misspelt(environ).items()
    ]


def misspelt(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the names that look like settings of ours and are none, each with what was meant."""
    ours = known()
    return {
        name: meant[0] if (meant := get_close_matches(name.upper(), ours, 1, ALIKE)) else ""
        for name, value in sorted(environ.items())
        if name not in ours
        and not LINKED.fullmatch(name)
        and not ADDRESS.match(value)
        and (name.startswith("GRISTMILL_") or get_close_matches(name.upper(), ours, 1, ALIKE))
    }
