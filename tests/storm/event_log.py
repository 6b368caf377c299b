"""What happened when, line by line in a file: to be read when something took too long."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Self


class EventLog:
    """A file of lines, each with the seconds since the log was opened."""

    def __init__(self, file: Path) -> None:
        self._began = time.monotonic()
        self._file = file.open("w", encoding="utf-8")
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def note(self, *words: object) -> None:
        """Write a line."""
        with self._lock:
            if not self._file.closed:
                seconds = f"{time.monotonic() - self._began:8.2f}"
                print(seconds, *words, file=self._file, flush=True)
