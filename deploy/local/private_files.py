"""Small files that only their owner may read: written whole or not at all, read with suspicion."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SET_ASIDE = "damaged"


def write_private(file: Path, text: str, *, durable: bool = False) -> None:
    """Write a whole file or none, readable by its owner alone.

    ``durable``: it is on the disk when this returns. Without, a machine that loses its power may
    leave an empty file behind, which does for what can be made anew.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        if durable:
            os.fsync(out.fileno())
    draft.replace(file)


def read_text(file: Path) -> str | None:
    """Return what a file holds, trimmed; None when it is not there, or is no text."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, UnicodeDecodeError):
        return None


def set_aside(path: Path) -> Path:
    """Move a file or folder out of the way and return where it is now.

    One that was set aside before goes: damage that comes again must not fill the disk.
    """
    aside = path.with_name(f"{path.name}.{SET_ASIDE}")
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside)
    else:
        aside.unlink(missing_ok=True)
    return path.rename(aside)
