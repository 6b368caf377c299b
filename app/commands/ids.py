"""Ids as people type them: whole, or any beginning of six characters or more that only one has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Final

import click

from clients.python.gristmill_client import Client

LENGTH, SHORTEST, SHOWN = 27, 6, 12  # characters
LOOKED_THROUGH = 10_000  # entries of a list, the newest first
SKEW = 60  # seconds that two machines which make ids may be apart
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BITS_BELOW_SECONDS = 128  # of a KSUID's 160: https://github.com/segmentio/ksuid


def short(identifier: str) -> str:
    """Return the beginning of an id that tables show: enough to tell it from all others."""
    return identifier[:SHOWN]


def task_id(client: Client, text: str) -> str:
    """Return the id of the task that begins so; raises ``UsageError`` unless it is one."""
    return text if _whole(text) else _only("task", text, (task.id for task in client.tasks()))


def process_id(client: Client, text: str) -> str:
    """Return the id of the process that begins so; raises ``UsageError`` unless it is one."""
    if _whole(text):
        return text
    return _only("process", text, (run.id for run in client.processes()))


def is_beginning(text: str) -> bool:
    """Whether this can be an id, or the beginning of one."""
    return SHORTEST <= len(text) <= LENGTH and text.isascii() and text.isalnum()


def _whole(text: str) -> bool:
    if not is_beginning(text):
        raise click.UsageError(
            f"{text!r} is no id: give its {LENGTH} characters, or the first {SHORTEST} or more"
        )
    return len(text) == LENGTH


def _only(kind: str, beginning: str, newest_first: Iterable[str]) -> str:
    """Return the one id that begins so.

    A KSUID begins with the second in which it was made: of a list that has the newest first, no
    more is read than what is as new.
    """
    oldest = _second(beginning) - SKEW
    found = []
    as_new = takewhile(lambda identifier: _second(identifier) >= oldest, newest_first)
    for number, identifier in enumerate(as_new):
        if identifier.startswith(beginning):
            found.append(identifier)
        if number >= LOOKED_THROUGH:
            raise click.UsageError(f"{beginning} is none of the newest {number}: give the whole id")
    if not found:
        raise click.UsageError(f"no {kind} begins with {beginning}")
    if len(found) > 1:
        raise click.UsageError(f"{beginning} begins several: {', '.join(found[:5])}")
    return found[0]


def _second(beginning: str) -> int:
    """Return the second of a KSUID, counted from its own epoch; of a beginning the earliest."""
    value = 0
    for digit in beginning.ljust(LENGTH, "0"):
        value = value * len(_DIGITS) + _DIGITS.index(digit)
    return value >> _BITS_BELOW_SECONDS
