"""Lists a page at a time: opaque cursors and the ``Link`` header to what comes next."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Response, jsonify, request

from schemas.problem import Fault, Invalid

R = TypeVar("R")

DEFAULT, MOST = 100, 1000  # entries of a page
BIGGEST = 2**63 - 1  # what a bigint of Postgres holds
INTEGER = 2**31 - 1  # what an integer of Postgres holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What part of a list is asked for: ``limit`` entries, from behind ``after``."""

    limit: int
    after: tuple[int, ...]

    @property
    def before(self) -> int | None:
        """The ``seq`` to go on below, for lists that begin with the newest."""
        return self.after[0] if self.after else None


def read_window(known: Sequence[Fault] = (), *, single: bool = True) -> Window:
    """Return the call's ``limit`` and ``cursor``; ``Invalid`` names whatever can't be used.

    ``known``: what is wrong with other parameters, to be named with it. ``single``: the cursor
    holds one number (else a position in a document and a page's id).
    """
    faults = [*known]
    limit = read_limit(faults)
    after = read_cursor(faults)
    if after and ((len(after) == 1) != single or max(after[:-1], default=0) > INTEGER):
        faults.append(FOREIGN)
    if faults:
        raise Invalid(faults)
    return Window(limit=limit, after=after)


FOREIGN: Final = Fault(
    "/cursor", "is not a cursor of this list; take it from the Link header as it is"
)


def read_limit(faults: list[Fault]) -> int:
    """Return the call's ``limit``; what is wrong with it goes to ``faults``."""
    text = request.args.get("limit", "")
    if not text:
        return DEFAULT
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MOST:  # noqa: PLR2004 - no number of ours is longer
        return int(text)
    faults.append(Fault("/limit", f"must be a whole number from 1 to {MOST}"))
    return DEFAULT


def read_cursor(faults: list[Fault]) -> tuple[int, ...]:
    """Return the numbers of the call's ``cursor``, each one that Postgres' bigint holds."""
    text = request.args.get("cursor", "")
    if not text:
        return ()
    try:
        numbers = orjson.loads(urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (ValueError, NotBase64):
        numbers = None
    if not _ours(numbers) or encode(numbers) != text:
        faults.append(FOREIGN)
        return ()
    return tuple(numbers)


def _ours(numbers: object) -> bool:
    return (
        isinstance(numbers, list)
        and len(numbers) > 0
        and all(type(number) is int and 0 <= number <= BIGGEST for number in numbers)
    )


def encode(numbers: Iterable[int]) -> str:
    """Return the cursor that holds these numbers."""
    return urlsafe_b64encode(orjson.dumps(list(numbers))).decode().rstrip("=")


def next_link(cursor: str, limit: int) -> str:
    """Return the ``Link`` header that leads on to ``cursor``.

    It names no host and carries no key; it leads through the prefix of a proxy, where there is one.
    """
    query = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in {"api_key", "cursor", "limit"}
    ]
    query += [("limit", str(limit)), ("cursor", cursor)]
    return f'<{request.script_root}{request.path}?{urlencode(query)}>; rel="next"'


def answer(
    rows: list[R],
    window: Window,
    dump: Callable[[R], object],
    key: Callable[[R], Iterable[int]],
) -> Response:
    """Return the page as a JSON array, with a link to the next one if ``rows`` go beyond ``limit``.

    ``rows`` were asked for with one more than the limit.
    """
    shown = rows[: window.limit]
    response = jsonify([dump(row) for row in shown])
    if len(rows) > window.limit:
        response.headers["Link"] = next_link(encode(key(shown[-1])), window.limit)
    return response
