"""The data folder of one stack (``GRISTMILL_HOME``): its secrets, ports, lock and environment.

Its small files may be damaged: a disk was full, a machine lost its power, a backup was half put
back. What can be made anew is then set aside, said, and made anew.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from deploy.local.ports import HIGHEST, free_port, is_free
from deploy.local.private_files import read_text, set_aside, write_private
from workers import proc

DEFAULT_HOME = ".gristmill"
SECRET_BYTES = 24
SECRET = re.compile(r"[\w-]{32}", re.ASCII)  # what that many bytes are as text
OWN_SECRET = re.compile(r"[^\x00-\x1f\x7f]+")  # an operator may have put in what he likes
PASSED_AS = {
    "database": "DATABASE_URL",
    "broker": "REDIS_URL",
    "storage": "S3_SECRET_KEY",
    "secret_key": "SECRET_KEY",
}
"""Secret → the variable in which our programs get it."""
PORT = re.compile(r"[1-9]\d{3,4}", re.ASCII)
DYING_SECONDS = 15  # seconds that the rest of a killed stack gets to end
LOOK_EVERY = 0.1


class HomeError(Exception):
    """This data folder can't be used; the message says why and what to do."""


class Home:
    """A data folder. What it remembers is made when it is first asked for.

    ``say`` takes a line for the person in front: what was damaged, and what became of it.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.path = Path(path).expanduser().absolute()
        self._say = say

    @classmethod
    def of(cls, environ: Mapping[str, str], *, say: Callable[[str], None] = lambda _: None) -> Home:
        """Return the home that an environment names, relative to the current folder."""
        return cls(environ.get("GRISTMILL_HOME", "").strip() or DEFAULT_HOME, say=say)

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
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise HomeError(f"{folder} can't be made a folder: {error.strerror}") from error
        return folder

    def secret(self, name: str) -> str:
        """Return the password of this name, made at the first call and readable by us alone.

        One whose file is damaged is the one that the last start used, as far as that is known.
        """
        file, form = self._secret(name)
        return self._remember(
            file, form, lambda: self._used_before(name) or secrets.token_urlsafe(SECRET_BYTES)
        )

    def knows_secret(self, name: str) -> bool:
        """Whether this secret is known from earlier, and not made when it is asked for."""
        file, form = self._secret(name)
        return bool(form.fullmatch(read_text(file) or "")) or bool(self._used_before(name))

    def _secret(self, name: str) -> tuple[Path, re.Pattern[str]]:
        return self.path / "secrets" / name, OWN_SECRET if name == "secret_key" else SECRET

    def _used_before(self, name: str) -> str:
        """Return a secret as the last start of this stack passed it on; "" when it is not known."""
        saved = self.saved_environment().get(PASSED_AS.get(name, ""), "")
        used = urlsplit(saved).password or "" if "://" in saved else saved
        return used if self._secret(name)[1].fullmatch(used) else ""

    def port(self, name: str) -> int:
        """Return this service's port: the one it had before, unless somebody else took it."""
        file = self.path / "ports" / name
        port = int(self._remember(file, PORT, lambda: str(free_port())))
        if port < HIGHEST and is_free(port):
            return port
        file.unlink()
        return self.port(name)

    def known_port(self, name: str) -> int:
        """Return the port that ``port`` chose, whoever listens there by now."""
        return int((self.path / "ports" / name).read_text(encoding="utf-8"))

    def _remember(self, file: Path, form: re.Pattern[str], make: Callable[[], str]) -> str:
        """Return what ``file`` holds, if it has the form; else what ``make`` gives, from now on."""
        known = read_text(file)
        if known is not None and form.fullmatch(known):
            return known
        made = make()
        if file.exists():
            self._say(f"{file} was damaged: set aside as {set_aside(file).name}, and made anew")
        self.folder(file.parent.name)
        write_private(file, made, durable=True)
        return made

    def save_environment(self, environment: Mapping[str, str]) -> None:
        """Keep what other programs need to act on this stack, for the command line."""
        text = json.dumps(dict(environment), indent=1, sort_keys=True)
        write_private(self.path / "environment.json", text)

    def saved_environment(self) -> dict[str, str]:
        """Return what the last start of this stack kept; nothing before the first.

        Nothing either when it is damaged: the next start writes it again.
        """
        try:
            saved = json.loads(read_text(self.path / "environment.json") or "{}")
        except ValueError:
            return {}
        whole = isinstance(saved, dict) and all(isinstance(text, str) for text in saved.values())
        return saved if whole else {}

    def holder(self) -> int | None:
        """Return the process whose stack runs here; None: none does, 0: it is not known which."""
        try:
            file = (self.path / "lock").open(encoding="utf-8", errors="replace")
        except OSError:
            return None
        with file:
            if _take(file):
                return None
            text = file.read().strip()
            return int(text) if text.isdecimal() else 0

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold this home for one stack; yields the lock's descriptor.

        The kernel lets go of the lock when the last process that holds the descriptor ends. Raises
        ``HomeError`` when another stack holds it; one whose supervisor is dead gets time to end.
        """
        self.open()
        with (self.path / "lock").open("a+", encoding="utf-8", errors="replace") as file:
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
    if not pid.strip().isdecimal():
        return True
    seen = proc.stat_of(int(pid))
    return seen is not None and seen.state not in proc.OVER
