"""What ``gristmill doctor`` looks at: each check says what is well, or what is wrong."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from kombu.exceptions import OperationalError

from app.commands.check_broker import check_broker
from app.commands.check_browser import check_chromium
from app.commands.deployment import Deployment, Finding, Trouble
from app.commands.links import HTTPError, follow
from schemas.rows.upkeep import PresenceRow
from workers import celery, environment
from workers.db import Transaction
from workers.db.functions import checksums
from workers.db.migrate import migrations
from workers.db.named import (
    DOCTOR_FUNCTIONS,
    DOCTOR_KEYS,
    DOCTOR_MIGRATIONS,
    DOCTOR_SERVER,
    PRESENT,
)
from workers.errors import GristmillError, PartUnavailable
from workers.ids import new_id
from workers.net.guard import parse_networks
from workers.redact import redact_text

OLDEST_POSTGRES = 150_000  # server_version_num of 15.0
SKEW = 5.0  # seconds that two clocks may differ; signatures bear minutes, leases do not
SILENCE = 20.0  # seconds after which a program that says every 5 s that it is there, is not
FIRST_WORD = 8.0  # seconds that a program which has just started takes to say that it is there
PATIENCE = 3.0  # seconds for an answer
PAUSE = 0.5  # seconds
SHORTEST_KEY = 16  # characters of SECRET_KEY


def check_settings(deployment: Deployment) -> str:
    """Settings that were read, but can't be right."""
    try:
        parse_networks(deployment.settings.allowed_networks)
    except ValueError as error:
        raise Trouble(str(error)) from error
    if not deployment.settings.secret_key:
        raise Trouble("SECRET_KEY is not set: set a long random text, the same for every program")
    if len(deployment.settings.secret_key) < SHORTEST_KEY:
        short = f"SECRET_KEY is shorter than {SHORTEST_KEY} characters: take a longer one"
        raise Trouble(short, "warning")
    strange = environment.remarks((), os.environ)
    if strange:
        raise Trouble("; ".join(strange), "warning")
    return "read, SECRET_KEY is set"


def check_database(deployment: Deployment) -> str:
    """Reachable, new enough, migrated, its clock right, and somebody may call."""
    with deployment.database.reading() as tx:
        server = tx.all(DOCTOR_SERVER)[0]
        if server.version < OLDEST_POSTGRES:
            raise Trouble(f"Postgres {server.version // 10_000} is too old: 15 or newer is needed")
        missing = _missing(tx, migrated=server.migrated)
        if missing:
            raise Trouble(f"not migrated ({', '.join(missing)}): run `gristmill migrate`")
        keys = tx.all(DOCTOR_KEYS)[0].n
    _check_clock("the database", server.now)
    if not keys:
        raise Trouble("no API key works: run `gristmill account create NAME`", "warning")
    return f"Postgres {server.version // 10_000}, migrated, {keys} working API keys"


def _missing(tx: Transaction, *, migrated: bool) -> list[str]:
    """Return the migrations that were not applied; else the functions that have another text."""
    applied = {row.name for row in tx.all(DOCTOR_MIGRATIONS)} if migrated else set()
    missing = sorted({*migrations()} - applied)
    if missing:
        return missing
    there = {row.name: row.checksum for row in tx.all(DOCTOR_FUNCTIONS)}
    return [name for name, checksum in checksums().items() if there.get(name) != checksum]


def check_storage(deployment: Deployment) -> str:
    """The bucket can be written and read, and its links work for those who get them."""
    storage, key = deployment.storage, f"doctor/{new_id()}"
    storage.ping()
    storage.put(key, [b"well"], "text/plain")
    try:
        if b"".join(storage.read(key)) != b"well":
            raise Trouble("an object came back changed")
        skew = _check_link(storage.link(key, "doctor.txt", 60))
    finally:
        storage.delete([key])
    return f"bucket {deployment.settings.s3_bucket} written and read, link followed{skew}"


def _check_link(link: str) -> str:
    try:
        answer = follow(link)
    except HTTPError as error:
        raise Trouble(
            f"links can't be followed ({type(error).__name__}): set S3_PUBLIC_ENDPOINT to the"
            " address at which users reach the storage"
        ) from error
    if answer.status != HTTPStatus.OK or answer.data != b"well":
        raise Trouble(
            f"a link was answered with {answer.status}: do S3_PUBLIC_ENDPOINT, S3_REGION and"
            " the clocks agree?"
        )
    if "Date" in answer.headers:
        _check_clock("the storage", parsedate_to_datetime(answer.headers["Date"]).timestamp())
        return ", clocks agree"
    return ""


def _check_clock(whose: str, then: float) -> None:
    skew = abs(time.time() - then)
    if skew > SKEW:
        raise Trouble(f"the clock of {whose} differs from ours by {skew:.0f} s: run NTP on both")


def check_workers(deployment: Deployment) -> str:
    """Worker pools say that they are there, and answer over the broker."""
    try:
        pools = celery.asking(deployment.settings.redis_url).control.ping(timeout=PATIENCE) or []
    except (OperationalError, OSError) as error:
        raise Trouble("can't be asked, for the broker does not answer") from error
    if not pools:
        raise Trouble(
            "no worker answers: start `worker` of the Procfile with the same REDIS_URL"
            " (`make up` does), and see its log"
        )
    if not _there(deployment, clock=False):
        raise Trouble("workers answer but do not reach our database: is DATABASE_URL the same?")
    return (
        f"{len(pools)} pools answer: {', '.join(sorted(name for pool in pools for name in pool))}"
    )


def check_clock(deployment: Deployment) -> str:
    """The clock is what finds neglected work."""
    there = _there(deployment, clock=True)
    if not there:
        raise Trouble("no clock runs: start `clock` of the Procfile, or nothing is ever retried")
    return f"seen {there[0].age:.0f} s ago"


def _there(deployment: Deployment, *, clock: bool) -> list[PresenceRow]:
    end_by = time.monotonic() + FIRST_WORD
    while True:
        with deployment.database.reading() as tx:
            rows = tx.all(PRESENT)
        there = [row for row in rows if (row.kind == "clock") is clock and row.age < SILENCE]
        if there or time.monotonic() > end_by:
            return there
        time.sleep(PAUSE)


Check = Callable[[Deployment], str]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", check_settings),
    ("database", check_database),
    ("broker", check_broker),
    ("storage", check_storage),
    ("chromium", check_chromium),
    ("workers", check_workers),
    ("clock", check_clock),
)


def examine(deployment: Deployment, checks: Iterable[tuple[str, Check]]) -> Iterable[Finding]:
    """Yield what each check found, as it is found; none of them stops the others."""
    for name, check in checks:
        try:
            yield Finding(name=name, state="ok", message=check(deployment))
        except Trouble as error:
            yield Finding(name=name, state=error.state, message=str(error))
        except GristmillError as error:
            yield Finding(name=name, state="fault", message=_cure(name, error))
        except Exception as error:  # noqa: BLE001 - a doctor does not faint
            yield Finding(name=name, state="fault", message=_unknown(error))


def _unknown(error: Exception) -> str:
    if type(error).__name__ == "UndefinedTable":
        return "the database lacks our tables: run `gristmill migrate`"
    return f"{type(error).__name__}: {redact_text(str(error))}"


def _cure(name: str, error: GristmillError) -> str:
    variable = {"database": "DATABASE_URL", "storage": "S3_ENDPOINT and its keys"}.get(name)
    reason = error.reason if isinstance(error, PartUnavailable) else ""
    if reason:
        return f"can't be used: {reason}"
    return (
        f"{error.message} Check {variable}, and that the server is up."
        if variable
        else error.message
    )
