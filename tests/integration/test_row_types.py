"""The shapes of rows that the type checker believes in are those that Postgres gives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

import psycopg
import pytest

from workers.db import named
from workers.db.queries import Query, queries

CONSTANTS: Final = {name: it for name, it in vars(named).items() if isinstance(it, Query)}
PARAMETER: Final = re.compile(r"%\((\w+)\)s")
BATCH: Final = "VALUES %s"  # psycopg2 writes the rows of ``many`` there, and nobody reads any
WHOLE_ROWS: Final = re.compile(r"(SELECT|RETURNING) (\w+\.)?\*")

SCALARS: Final = {
    "bool": bool,
    "bytea": memoryview,
    "float8": float,
    "int2": int,
    "int4": int,
    "int8": int,
    "text": str,
    "timestamptz": datetime,
}
"""What psycopg2 makes of each type; an array becomes a list, and JSON whatever it holds."""

ALWAYS_THERE: Final = {
    ("arrived_pages", "arrival"): "the query asks for it",
    ("arrived_pages", "records"): "the query asks for it",
    ("count_verdicts", "verdict"): "the query asks for it",
    ("keep_body", "body"): "it was given just now",
    ("lease_delivery", "lease"): "it was given just now",
    ("lock_log", "log_key"): "the query asks for it",
    ("log_pages", "done_at"): "a page that is over has one",
    ("log_pages", "verdict"): "a page that is over has one",
    ("name_results", "results_name"): "it was given just now",
    ("pages_by_id", "records"): "the query asks for it",
    ("results_by_name", "results_key"): "the query asks for it",
    ("results_by_name", "results_name"): "the query asks for it",
    ("top_pages", "records"): "the query asks for it",
}
"""Columns that may be null in their table but in no row of this query, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """A column of a result; ``nullable`` is None for one that is computed: nobody can tell."""

    kind: str
    nullable: bool | None


class Describer:
    """Asks Postgres for the columns of a query, which is parsed and planned but never run."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._wire = connection.pgconn
        self._kinds = dict(connection.execute("SELECT oid, typname FROM pg_type").fetchall())
        rows = connection.execute("SELECT attrelid, attnum, NOT attnotnull FROM pg_attribute")
        self._nullable = {(table, number): nullable for table, number, nullable in rows}

    def columns(self, query: str) -> dict[str, ResultColumn]:
        """Return the columns of the last statement in ``query`` by name; none if it has no rows."""
        numbers = {name: n for n, name in enumerate(dict.fromkeys(PARAMETER.findall(query)), 1)}
        text = PARAMETER.sub(lambda match: f"${numbers[match[1]]}", query)
        *_, statement = filter(None, map(str.strip, text.split(";")))
        prepared = self._wire.prepare(b"", statement.encode())
        assert not prepared.error_message, f"{prepared.error_message.decode()}\n{statement}"
        result = self._wire.describe_prepared(b"")
        return {
            result.fname(n).decode(): ResultColumn(
                kind=self._kinds[result.ftype(n)],
                nullable=self._nullable.get((result.ftable(n), result.ftablecol(n))),
            )
            for n in range(result.nfields)
            if self._kinds[result.ftype(n)] != "void"
        }


@pytest.fixture(scope="module")
def described(template_url: str) -> Mapping[str, Mapping[str, ResultColumn]]:
    """Return the columns of every query, by their names."""
    migrated = f"{template_url.rpartition('/')[0]}/migrated"
    with closing(psycopg.connect(migrated, autocommit=True)) as connection:
        describer = Describer(connection)
        return {
            name: describer.columns(text) for name, text in queries().items() if BATCH not in text
        }


def shape_of(query: Query[Any]) -> type:
    (shape,) = get_args(query.__orig_class__)
    return shape


def fits(hint: object, kind: str) -> bool:
    """Whether what psycopg2 makes of a type of Postgres is what the annotation says."""
    if kind == "json":
        return hint is object or get_origin(hint) in {dict, list, Sequence}
    if kind.startswith("_"):
        return hint == list[SCALARS[kind[1:]]]
    return hint is SCALARS[kind]


def faults(query: Query[Any], columns: Mapping[str, ResultColumn]) -> list[str]:
    """Return what is wrong with the declared shape of a query's rows, a sentence each."""
    hints = get_type_hints(shape_of(query))
    found = [f"{name} is no column" for name in hints.keys() - columns.keys()]
    if not WHOLE_ROWS.search(queries()[query]):
        found += [f"{name} is not declared" for name in columns.keys() - hints.keys()]
    for name in hints.keys() & columns.keys():
        column, hint = columns[name], hints[name]
        bare = [one for one in get_args(hint) if one is not NoneType]
        may_be_none = NoneType in get_args(hint)
        if not fits(bare[0] if may_be_none else hint, column.kind):
            found.append(f"{name} is {column.kind}, not {hint}")
        nullable = column.nullable and (query, name) not in ALWAYS_THERE
        if hint is not object and column.nullable is not None and may_be_none != nullable:
            found.append(f"{name} is {'' if nullable else 'not '}nullable")
    return sorted(found)


@pytest.mark.parametrize("query", CONSTANTS.values())
def test_rows_are_of_the_shape_that_is_declared(
    query: Query[Any], described: Mapping[str, Mapping[str, ResultColumn]]
) -> None:
    """Each attribute is a column of its type, null where the table may hold null.

    All columns are declared, too, unless whole rows are asked for: what nobody reads is not sent.
    """
    if shape_of(query) is object:
        assert described[query], "a query that gives no row is asked with `do`"
    else:
        assert faults(query, described[query]) == []


def test_each_query_that_gives_rows_has_a_shape(
    described: Mapping[str, Mapping[str, ResultColumn]],
) -> None:
    """A row without a declared shape would be anything to the type checker."""
    giving = {name for name, columns in described.items() if columns}

    assert giving == set(CONSTANTS.values())
    assert {name.lower() for name in CONSTANTS} == giving


def test_no_exception_outlives_its_query(
    described: Mapping[str, Mapping[str, ResultColumn]],
) -> None:
    """What is said never to be null must be needed: its column is nullable, its attribute not."""
    for name, column in ALWAYS_THERE:
        hint = get_type_hints(shape_of(CONSTANTS[name.upper()]))[column]

        assert described[name][column].nullable, (name, column)
        assert NoneType not in get_args(hint), (name, column)


def test_a_wrong_shape_is_noticed() -> None:
    """The comparison itself: a missing column, another type, and a null that nobody expects."""
    columns = {
        "balance": ResultColumn(kind="text", nullable=False),
        "reserved": ResultColumn(kind="int8", nullable=True),
        "unlimited": ResultColumn(kind="bool", nullable=False),
        "more": ResultColumn(kind="bool", nullable=False),
    }

    assert faults(named.ACCOUNT_CREDITS, columns) == [
        "balance is text, not <class 'int'>",
        "more is not declared",
        "reserved is nullable",
        "spent is no column",
    ]
