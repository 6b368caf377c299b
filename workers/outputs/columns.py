"""Which columns the records of a plan have: every field and attr in order, matched or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.plan import Collection, Plan
from schemas.serp_columns import serp_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One key of a record; ``details`` is the shape of the records that its list holds."""

    key: str
    details: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The columns of one kind of record, under the name of the collection it comes from."""

    name: str
    columns: tuple[Column, ...]

    @property
    def flat(self) -> bool:
        """Whether no column holds details."""
        return all(column.details is None for column in self.columns)


def shape_of(plan: Plan) -> Shape:
    """Return the shape of the records in the plan's results file."""
    if plan.serp is not None:
        keys = serp_columns(plan.serp.engine, plan.serp.include)
        return Shape(name=plan.name, columns=tuple(Column(key=key) for key in keys))
    return _shape(plan, 0, plan.name)


def _shape(plan: Plan, index: int, name: str) -> Shape:
    """Several collections may lead to one list of records (path mode): it has all their columns."""
    sources = list(_sources(plan, index))
    title = next((source.name for source in sources if source.name), name)
    columns = (column for source in sources for column in _columns(plan, source))
    return Shape(name=title, columns=_united(columns))


def _sources(plan: Plan, index: int) -> Iterator[Collection]:
    """Yield the collections whose records are the result: a path collection only navigates."""
    collection = plan.collections[index]
    below = [field.details for field in collection.fields if field.details is not None]
    if not collection.path or not below:
        yield collection
        return
    for child in below:
        yield from _sources(plan, child)


def _columns(plan: Plan, collection: Collection) -> Iterator[Column]:
    for field in collection.fields:
        yield from (Column(key=f"{field.name}_{attr}") for attr in field.attrs)
        if field.details is not None:
            key = f"{field.name}_details"
            yield Column(key=key, details=_shape(plan, field.details, key))


def _united(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Keep each key once, at its first place, with the details columns of all that share it."""
    found: dict[str, Column] = {}
    for column in columns:
        known = found.get(column.key)
        both = [one.details for one in (known, column) if one is not None and one.details]
        merged = _united(inner for shape in both for inner in shape.columns)
        details = Shape(name=both[0].name, columns=merged) if both else None
        found[column.key] = Column(key=column.key, details=details)
    return tuple(found.values())


def flat_keys(shape: Shape) -> Iterator[tuple[str, ...]]:
    """Yield the way to each plain column, through details: ``("Title_details", "Price_text")``."""
    for column in shape.columns:
        if column.details is None:
            yield (column.key,)
        else:
            yield from ((column.key, *rest) for rest in flat_keys(column.details))
