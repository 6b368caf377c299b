"""Downloads a results file: whole, or not at all, and under a bare name."""

import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import requests

from .errors import BadAnswerError, NoAnswerError
from .transport import session

CHUNK = 262_144  # bytes
ATTEMPTS = 4  # at a download that breaks off
TIMEOUT = 30.0  # seconds of silence
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069<>:"|?*]')


def bare_name(name: str) -> str:
    """Return a file name that a server gave as one that stays in its folder, on any system."""
    return _UNSAFE.sub("-", re.split(r"[/\\]", name)[-1]).strip().lstrip(".") or "results"


def download(link: str, file: Path) -> None:
    """Store what a presigned link leads to; its storage never sees the API key."""
    draft = file.with_name(f".{file.name}.part")
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                _fetch(link, draft)
                break
            except NoAnswerError:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(attempt)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def read(link: str) -> str:
    """Return the text that a presigned link leads to."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "text")
        download(link, file)
        return file.read_text(encoding="utf-8", errors="replace")


def _fetch(link: str, file: Path) -> None:
    try:
        with session(link) as storage, storage.get(link, stream=True, timeout=TIMEOUT) as answer:
            if not answer.ok:
                kind = NoAnswerError if answer.status_code >= 500 else BadAnswerError  # noqa: PLR2004 - what may pass
                raise kind(f"the storage answered {answer.status_code}")
            with file.open("wb") as out:
                for chunk in answer.iter_content(CHUNK):
                    out.write(chunk)
    except requests.RequestException as error:
        raise NoAnswerError(f"the file can't be downloaded: {type(error).__name__}") from error
