"""Read the named queries: each begins with ``-- name: what_it_is`` and a line that says why."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"^ *--.*\n", re.MULTILINE)


class Query(str, Generic[R_co]):
    """The name of a query, for the type checker with the shape of its rows: ``Query[TaskRow]``."""

    __slots__ = ("__orig_class__",)  # where ``typing`` keeps what stands in the brackets


@cache
def queries() -> dict[str, str]:
    """Return every query by its name, without its comments; a name given twice is an error."""
    found: dict[str, str] = {}
    for file in (resources.files("workers.db") / "queries").iterdir():
        parts = _NAME.split(file.read_text(encoding="utf-8"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"query {name!r} stands twice")
            found[name] = _COMMENT.sub("", text).strip()
    return found
