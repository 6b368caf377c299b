"""Reads which records of a process a call asks for, and in which form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args

from flask import request

from app import paging
from schemas.faults import nearest, shown
from schemas.plan import Plan
from schemas.problem import Fault, Invalid
from schemas.registry import FORMAT_ALIASES, OUTPUTS
from schemas.rows.processes import ProcessRow
from workers.outputs.columns import Shape, shape_of
from workers.outputs.selection import Change, chosen, flatten, pick
from workers.publish.parts import Order

FORMATS: Final = ("json", "jsonl", "csv")
ORDERS: Final = ("document", "arrival")
FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
KINDS: Final = {order: number for number, order in enumerate(get_args(Order), 1)}
"""What a cursor begins with, by its order: each order has cursors of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsQuery:
    """What is asked for: ``limit`` records in ``order`` from ``after`` on.

    ``change`` is made to each, and ``shape`` is the columns that it then has. ``seq`` is the
    process' number, which its cursors hold.
    """

    limit: int
    order: Order
    after: tuple[int, ...]
    format: str
    shape: Shape
    change: Change | None
    seq: int

    def cursor_to(self, place: tuple[int, ...]) -> tuple[int, ...]:
        """Return the numbers of a cursor that leads to this place."""
        return (KINDS[self.order], self.seq, *place)


def read_query(process: ProcessRow, plan: Plan) -> RecordsQuery:
    """Return what the call asks for; ``Invalid`` names whatever of it can't be used."""
    faults: list[Fault] = []
    order = _read_order(faults)
    whole = shape_of(plan)
    keys = _read_fields(whole, faults)
    shape = chosen(whole, keys) if keys else whole
    flat = _read_flag("flatten", faults)
    query = RecordsQuery(
        limit=paging.read_limit(faults),
        order=order,
        after=_read_place(process, order, faults),
        format=_read_word("format", FORMATS, faults),
        shape=shape,
        change=_changer(plan, shape, keys, flat=flat),
        seq=process.seq,
    )
    if faults:
        raise Invalid(faults)
    return query


def _changer(plan: Plan, shape: Shape, keys: Sequence[str], *, flat: bool) -> Change | None:
    if flat:
        return flatten(plan, shape)
    return pick(keys) if keys else None


def _read_order(faults: list[Fault]) -> Order:
    word = _read_word("order", ORDERS, faults)
    if not _read_flag("settled", faults):
        return "arrival" if word == "arrival" else "document"
    if word != "arrival":
        faults.append(Fault("/settled", "goes with order=arrival alone: ask for both"))
    return "settled"


def _read_place(process: ProcessRow, order: Order, faults: list[Fault]) -> tuple[int, ...]:
    """Return where the cursor leads; one of another order or process is none of ours."""
    cursor = paging.read_cursor(faults)
    if not cursor:
        return ()
    kind, seq, place = cursor[0], cursor[1:2], cursor[2:]
    exact = len(place) == 2 if order != "document" else len(place) >= 2  # noqa: PLR2004 - a page, a record
    small = max(place[:-2], default=0) <= paging.INTEGER
    if not (kind == KINDS[order] and seq == (process.seq,) and exact and small):
        faults.append(paging.FOREIGN)
    return place


def _read_fields(shape: Shape, faults: list[Fault]) -> list[str]:
    """Return the keys that are asked for; none for all of them."""
    known = [column.key for column in shape.columns]
    texts = request.args.getlist("fields")
    words = [word for text in texts for word in ([text] if text in known else text.split(","))]
    keys = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    faults += [Fault("/fields", _unknown(key, known)) for key in keys if key not in known]
    return [key for key in keys if key in known]


def _unknown(key: str, known: list[str]) -> str:
    near = nearest(key, known)
    meant = f"Did you mean `{near}`? " if near else ""
    return f"{shown(key)} is no key of these records. {meant}They have {', '.join(known)}."


def _read_word(name: str, words: tuple[str, ...], faults: list[Fault]) -> str:
    """Return one of ``words``: the first, where nothing is asked for."""
    text = request.args.get(name, "").strip().lower()
    word = FORMAT_ALIASES.get(text, text) if name == "format" else text
    if word and word not in words:
        other = word in OUTPUTS and name == "format"
        cure = "; the whole file of an ended process is at /file" if other else ""
        faults.append(Fault(f"/{name}", f"must be one of {', '.join(words)}{cure}"))
    return word if word in words else words[0]


def _read_flag(name: str, faults: list[Fault]) -> bool:
    text = request.args.get(name, "").strip().lower()
    if text and text not in FLAGS:
        faults.append(Fault(f"/{name}", "must be true or false"))
    return FLAGS.get(text, False)
