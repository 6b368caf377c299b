"""The contract of an export: put one finished file where the user wants it.

A member is built with the target's options (those of ``schemas.export.OPTIONS``, checked when the
task was created, credentials decrypted) and called once an attempt. A file of the same name is
replaced, so that an attempt may be repeated. Memory stays bounded whatever the file's size. It
raises ``errors.ExportFailed`` (says whether a retry is worth it) beside what ``read`` raises; its
messages hold no credential. Every connection passes the guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """The file to send: ``read`` opens its bytes afresh at every call; ``size`` in bytes."""

    name: str
    content_type: str
    size: int
    read: Callable[[], Iterator[bytes]]


class Export(Protocol):
    """One kind of target."""

    def __init__(self, options: Mapping[str, str], allowed_networks: tuple[str, ...]) -> None: ...

    def send(self, file: ExportFile) -> str:
        """Upload ``file`` and return where it is, as a person would look for it."""
        ...
