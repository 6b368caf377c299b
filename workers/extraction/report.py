"""What the reading of a page saw on its way: matches, blocks, values and what filters made of them.

``reported.report_tree`` makes such reports. They are values that go through JSON, and those of
several pages of a collection add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import reduce
from typing import Any, Literal, TypeVar

SAMPLES = 3  # values that are shown of a key
SAMPLE_LENGTH = 200  # characters of each

BlocksBy = Literal["commonParent", "fields", "page"]
"""What said where the blocks are; ``page``: nothing did, and the page is the one block."""

Sample = str | float


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterReport:
    """What one filter did: values that came, that it changed, and of which it left nothing."""

    name: str
    came: int = 0
    changed: int = 0
    emptied: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReport:
    """The values of one key, counted by block.

    ``filled``: blocks with a value that is not empty. ``several``: with more than one value.
    ``distinct``: different values, of several pages as many as the richest has at least.
    """

    key: str
    filled: int = 0
    several: int = 0
    distinct: int = 0
    samples: tuple[Sample, ...] = ()
    filters: tuple[FilterReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReport:
    """What a field matched: in the page, of that in blocks, and how many blocks had no match.

    ``seconds``: of CPU time, for its selector. An XPath expression is asked of each block; then
    ``in_blocks`` counts what each gave.
    """

    matches: int = 0
    in_blocks: int = 0
    blocks_without: int = 0
    seconds: float = 0.0
    keys: tuple[KeyReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """What a collection's reading of one page saw; ``fields`` are in the payload's order.

    ``next_matches``: elements that the paginator matches; ``next_candidates``: different pages that
    they lead to; ``loops``: one of them leads to the page itself.
    """

    pages: int = 1
    blocks: int = 0
    records: int = 0
    blocks_by: BlocksBy = "fields"
    fields: tuple[FieldReport, ...] = ()
    next_matches: int = 0
    next_candidates: int = 0
    loops: bool = False


def merged(reports: Iterable[PageReport]) -> PageReport:
    """Return the reports of pages of one collection as one; there is one at least."""
    return reduce(_with, reports)


def _with(one: PageReport, other: PageReport) -> PageReport:
    return replace(
        _sum(one, other),
        loops=one.loops or other.loops,
        fields=tuple(
            replace(_sum(mine, theirs), keys=tuple(map(_key, mine.keys, theirs.keys)))
            for mine, theirs in zip(one.fields, other.fields, strict=True)
        ),
    )


def _key(mine: KeyReport, theirs: KeyReport) -> KeyReport:
    return replace(
        _sum(mine, theirs),
        distinct=max(mine.distinct, theirs.distinct, len({*mine.samples, *theirs.samples})),
        samples=tuple(dict.fromkeys((*mine.samples, *theirs.samples)))[:SAMPLES],
        filters=tuple(map(_sum, mine.filters, theirs.filters)),
    )


Counted = TypeVar("Counted", PageReport, FieldReport, KeyReport, FilterReport)


def _sum(one: Counted, other: Counted) -> Counted:
    """Return ``one`` with its numbers added to those of ``other``."""
    numbers = {
        field.name: getattr(one, field.name) + getattr(other, field.name)
        for field in fields(one)
        if type(getattr(one, field.name)) in {int, float}
    }
    return replace(one, **numbers)


def as_json(report: PageReport) -> dict[str, Any]:
    """Return ``report`` as JSON values."""
    return asdict(report)


def restored(sent: Mapping[str, Any]) -> PageReport:
    """Return the report of what ``as_json`` gave."""
    return PageReport(**{**sent, "fields": tuple(map(_restored_field, sent["fields"]))})


def _restored_field(sent: Mapping[str, Any]) -> FieldReport:
    return FieldReport(**{**sent, "keys": tuple(map(_restored_key, sent["keys"]))})


def _restored_key(sent: Mapping[str, Any]) -> KeyReport:
    held = {
        "samples": tuple(sent["samples"]),
        "filters": tuple(FilterReport(**one) for one in sent["filters"]),
    }
    return KeyReport(**{**sent, **held})
