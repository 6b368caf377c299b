"""Where a plan's collections and fields are: in its payload, and in the file that it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.plan import Collection, Field, Plan

Path = tuple[str, ...]
"""The way to a column or a list of records: ``("Title_details", "Price_text")``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPlace:
    """A collection, the pointer to it in the payload, and the way to its records in the file.

    ``alone``: its records stand there by themselves, and not among those of others (path mode).
    """

    collection: Collection
    pointer: str
    path: Path
    alone: bool

    def columns_of(self, field: Field) -> dict[str, Path]:
        """Return the ways to the columns of ``field``, by attr; none below a path."""
        if self.collection.path:
            return {}
        return {attr: (*self.path, f"{field.name}_{attr}") for attr in field.attrs}


def places_of(plan: Plan) -> list[CollectionPlace]:
    """Return the places of all collections, parents first."""
    found = list(_below(plan, 0, "", ()))
    sharing = Counter(path for collection, _, path in found if not collection.path)
    return [
        CollectionPlace(collection=collection, pointer=pointer, path=path, alone=sharing[path] == 1)
        for collection, pointer, path in found
    ]


def _below(
    plan: Plan, index: int, pointer: str, path: Path
) -> Iterator[tuple[Collection, str, Path]]:
    collection = plan.collections[index]
    yield collection, pointer, path
    for number, field in enumerate(collection.fields):
        if field.details is not None:
            beneath = path if collection.path else (*path, f"{field.name}_details")
            place = f"{pointer}/fields/{number}/details"
            yield from _below(plan, field.details, place, beneath)


def pointers_of(plan: Plan) -> dict[Path, str]:
    """Return the pointer to the field of each column; of two that share one, the first."""
    found: dict[Path, str] = {}
    for place in places_of(plan):
        for number, field in enumerate(place.collection.fields):
            for path in place.columns_of(field).values():
                found.setdefault(path, f"{place.pointer}/fields/{number}")
    return found
