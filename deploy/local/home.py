"""The data folder of one stack (``GRISTMILL_HOME``): its secrets, ports, lock and environment."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy.local.ports import free_port, is_free

DEFAULT_HOME = ".gristmill"
SECRET_BYTES = 24
DYING_SECONDS = 15  # seconds that the rest of a killed stack gets to end
LOOK_EVERY = 0.1


class HomeError(Exception):
    """This data folder can't be used; the message says why and what to do."""


class Home:
    """A data folder. What it remembers is made when it is first asked for."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser().absolute()

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Home:
        """Return the home that an environment names, relative to the current folder."""
        return cls(environ.get("GRISTMILL_HOME", "").strip() or DEFAULT_HOME)

    def open(self) -> None:
        """Create the folder; raises ``HomeError`` when it is another user's, or can't be used."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(f"can't create {self.path}: {error.strerror}") from error
        if self.path.stat().st_uid != os.geteuid():
            raise HomeError(f"{self.path} belongs to another user; choose another GRISTMILL_HOME")
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise HomeError(f"{self.path} can't be written to: mend that with chmod u+rwx")

    def folder(self, name: str) -> Path:
        """Return a folder below the home, created if need be."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def secret(self, name: str) -> str:
        """Return the password of this name, made at the first call and readable by us alone."""
        return self._remember(f"secrets/{name}", lambda: secrets.token_urlsafe(SECRET_BYTES))

    def port(self, name: str) -> int:
        """Return this service's port: the one it had before, unless somebody else took it."""
        port = int(self._remember(f"ports/{name}", lambda: str(free_port())))
        if is_free(port):
            return port
        (self.path / "ports" / name).unlink()
        return self.port(name)

    def _remember(self, name: str, make: object) -> str:
        file = self.path / name
        if not file.exists():
            self.folder(file.parent.name)
            write_private(file, make())  # type: ignore[operator]
        return file.read_text(encoding="utf-8").strip()

    def save_environment(self, environment: Mapping[str, str]) -> None:
        """Keep what other programs need to act on this stack, for the command line."""
        text = json.dumps(dict(environment), indent=1, sort_keys=True)
        write_private(self.path / "environment.json", text)

    def saved_environment(self) -> dict[str, str]:
        """Return what the last start of this stack kept; nothing before the first."""
        file = self.path / "environment.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold this home for one stack; yields the lock's descriptor.

        The kernel lets go of the lock when the last process that holds the descriptor ends. Raises
        ``HomeError`` when another stack holds it; one whose supervisor is dead gets time to end.
        """
        self.open()
        with (self.path / "lock").open("a+", encoding="utf-8") as file:
            end_by = time.monotonic() + DYING_SECONDS
            while not _take(file):
                file.seek(0)
                holder = file.read().strip()
                if _is_alive(holder) or time.monotonic() > end_by:
                    raise HomeError(
                        f"{self.path} is in use by the stack of process {holder or '?'}; stop that "
                        "one, or set another GRISTMILL_HOME (and PORT)"
                    )
                time.sleep(LOOK_EVERY)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield file.fileno()


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: str) -> bool:
    """Whether a process lives; a zombie does not, and nobody's number counts as alive."""
    try:
        state = Path(f"/proc/{int(pid)}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except ValueError:
        return True
    except OSError:
        return False
    return state not in "ZX"


def write_private(file: Path, text: str) -> None:
    """Write a whole file or none, readable by its owner alone."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)
