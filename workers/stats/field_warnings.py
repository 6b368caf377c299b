"""What is odd about a field of a run: it gave nothing, or little, or always the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.fields import DEFAULT_ATTRS
from schemas.plan import Field
from schemas.warnings import PayloadWarning
from workers.extraction.report import FieldReport
from workers.stats.column import ColumnStats
from workers.stats.words import counted, of_pages, quoted

MOST: Final = 0.5  # of the values of a filter
SAME_IN: Final = 3  # records at least: of fewer, the same value says nothing
OF_THE_PAGE: Final = ("const:", "meta:", "page:")
"""How selectors begin whose value is that of a whole page, and so of each of its records."""

OPTIONAL: Final = frozenset({"text", "alt"})
"""Attrs that a field of a type takes by itself, and that many pages leave empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFindings:
    """A field, the pointer to it, the pages that answered, and what came of it.

    ``columns`` by attr: none where its records are dropped (a path). ``report`` is of a few pages.
    ``alone``: whether the records that lack it are all of its own collection.
    """

    field: Field
    pointer: str
    answered: int
    columns: Mapping[str, ColumnStats]
    alone: bool
    report: FieldReport | None

    @property
    def filled(self) -> int:
        """In how many records it gave something."""
        return max((column.filled for column in self.columns.values()), default=0)

    @property
    def gave_nothing(self) -> bool:
        """Whether no record has anything of it, or, where they are dropped, no block."""
        if self.columns:
            return not self.filled
        return self.report is not None and not self.report.in_blocks

    def warnings(self) -> Iterator[PayloadWarning]:
        """Yield what is odd, the cause before what follows from it."""
        if self.gave_nothing:
            yield self._nothing()
        elif self.columns:
            yield from filter(None, (self._emptied(MOST), self._few(), self._same()))
            yield from self._attrs()

    def _nothing(self) -> PayloadWarning:
        report = self.report
        if report is None or not report.matches:
            return self._unmatched()
        if not report.in_blocks:
            return self._outside(report)
        return self._emptied(0.0) or self._blank()

    def _unmatched(self) -> PayloadWarning:
        pages = of_pages(self.answered, self.answered)
        return PayloadWarning(
            "field_empty",
            f"{self.pointer}/selector",
            f"{self._name}: nothing on {pages}.",
            "Compare the selector with a page's markup; a preview shows what it matches.",
        )

    def _outside(self, report: FieldReport) -> PayloadWarning:
        matches = counted(report.matches, "match", "matches")
        return PayloadWarning(
            "outside_blocks",
            f"{self.pointer}/selector",
            f"{self._name}: {matches}, none of them in a block.",
            "Let `commonParent` name an element that holds it, or choose another selector.",
        )

    def _blank(self) -> PayloadWarning:
        attrs = ", ".join(f"`{attr}`" for attr in self.field.attrs)
        return PayloadWarning(
            "field_empty",
            f"{self.pointer}/attrs",
            f"{self._name}: it matches, but its matches have no {attrs}.",
            "Take another attr of it, or choose the element that has the value.",
        )

    def _emptied(self, share: float) -> PayloadWarning | None:
        """Return the warning of the first filter that emptied more than that of its values."""
        for key in self.report.keys if self.report else ():
            for number, one in enumerate(key.filters):
                if one.emptied > one.came * share:
                    return PayloadWarning(
                        "filter_empties",
                        f"{self.pointer}/filters/{number}",
                        f"{self._name}: the filter `{one.name}` leaves nothing of"
                        f" {one.emptied:,} of {counted(one.came, 'value')}.",
                        "Look at the values before the filter, and change its `param`.",
                    )
        return None

    def _few(self) -> PayloadWarning | None:
        records = max(column.records for column in self.columns.values())
        if not self.alone or self.filled * 2 >= records:
            return None
        return PayloadWarning(
            "field_in_few_blocks",
            f"{self.pointer}/selector",
            f"{self._name}: in {self.filled:,} of {counted(records, 'record')}.",
            "Where the others have it under another name, add that selector behind a comma.",
        )

    def _same(self) -> PayloadWarning | None:
        told = [column for column in self.columns.values() if column.filled]
        if self.field.selector.lstrip().lower().startswith(OF_THE_PAGE):
            return None
        for column in told:
            everywhere = column.filled == column.records >= SAME_IN
            if not (everywhere and column.distinct == 1 and column.values == column.filled):
                return None
        value = told[0].samples[0]
        return PayloadWarning(
            "same_values",
            f"{self.pointer}/selector",
            f"{self._name}: {quoted(str(value))} in each of {counted(told[0].filled, 'record')}.",
            "Choose a selector whose match differs from block to block.",
        )

    def _attrs(self) -> Iterator[PayloadWarning]:
        """Yield the attrs that no match has, while others of the field gave something."""
        usual = OPTIONAL if self.field.attrs == DEFAULT_ATTRS.get(self.field.kind) else frozenset()
        for number, (attr, column) in enumerate(self.columns.items()):
            if not column.filled and attr not in usual:
                yield PayloadWarning(
                    "field_empty",
                    f"{self.pointer}/attrs/{number}",
                    f"{self._name}: no match has {quoted(attr)}.",
                    "Take an attr that the element has; a preview shows its markup.",
                )

    @property
    def _name(self) -> str:
        return quoted(self.field.selector)
