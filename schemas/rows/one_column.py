"""Rows of one column that many queries give."""

from __future__ import annotations

from typing import Protocol


class IdRow(Protocol):
    """A row that is known by a KSUID alone."""

    id: str


class KeyRow(Protocol):
    """A key: of a search result, or of an object."""

    key: str


class CountRow(Protocol):
    """How many there are."""

    n: int


class BytesRow(Protocol):
    """The bytes of something."""

    body: memoryview
