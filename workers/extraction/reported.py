"""The run's own reading of a page, asked for a report: it counts on its way.

Whoever asks for none pays for none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from time import thread_time

from selectolax.lexbor import LexborNode

from workers.extraction.blocks import Enclosing
from workers.extraction.budget import Budget
from workers.extraction.compile import Attr, Compiled, CompiledField, for_page
from workers.extraction.filters import Texts, Values
from workers.extraction.matching import Buckets
from workers.extraction.page import PageContent, Reading
from workers.extraction.report import (
    SAMPLE_LENGTH,
    SAMPLES,
    BlocksBy,
    FieldReport,
    FilterReport,
    KeyReport,
    PageReport,
    Sample,
)
from workers.extraction.tree import Tree
from workers.extraction.xpath import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedContent(PageContent):
    """What a page gave, and how that came about."""

    report: PageReport


def report_tree(tree: Tree, ready: Compiled) -> ReportedContent:
    """As ``page.extract_tree``, with a report; what else it returns is the same."""
    return ReportedReading(tree, for_page(ready, tree) if ready.dated else ready).reported()


class _KeyTally:
    """Counts the values of one attr of a field on their way through its filters."""

    def __init__(self, key: str, field: CompiledField) -> None:
        self._key, self._steps = key, field.steps
        self.field = replace(field, filters=self._filtered) if field.steps else field
        self._filled = self._several = 0
        self._values: dict[object, Sample] = {}
        self._counts = [[0, 0, 0] for _ in field.steps]

    def _filtered(self, texts: Texts, budget: Budget) -> Values:
        """Return what the filters make of ``texts``, one after the other."""
        values: Values = texts
        for (name, step), count in zip(self._steps, self._counts, strict=True):
            count[0] += len(values)
            if name == "normal":  # it stands behind what makes numbers, too
                continue
            before, values = values, step(values, budget)  # type: ignore[arg-type] # see `filters.chained`
            if name in _JOIN:
                count[1] += len(before) if len(before) > 1 else 0
            else:
                changed, emptied = _changes(before, values)
                count[1] += changed
                count[2] += emptied
        return values

    def note(self, values: Values) -> None:
        """Count what one block gave."""
        if not values:
            return
        one: object = values[0] if len(values) == 1 else tuple(values)
        self._several += len(values) > 1
        self._filled += any(value != "" for value in values)
        if one not in self._values:
            self._values[one] = values[0]

    def report(self) -> KeyReport:
        shown = [value for value in self._values.values() if value != ""][:SAMPLES]
        return KeyReport(
            key=self._key,
            filled=self._filled,
            several=self._several,
            distinct=len(self._values),
            samples=tuple(v[:SAMPLE_LENGTH] if isinstance(v, str) else v for v in shown),
            filters=tuple(
                FilterReport(name=name, came=came, changed=changed, emptied=emptied)
                for (name, _), (came, changed, emptied) in zip(
                    self._steps, self._counts, strict=True
                )
            ),
        )


_JOIN = frozenset({"concatinate", "concatenate"})


def _changes(before: Values, after: Values) -> tuple[int, int]:
    """Return how many values a filter changed, and of how many it left nothing."""
    if len(before) == len(after):
        pairs = list(zip(before, after, strict=True))
        changed = sum(old != new for old, new in pairs)
        return changed, sum(new == "" and old != "" for old, new in pairs) if changed else 0
    # It makes something else of texts, and drops those that hold none.
    return len(before), len([value for value in before if value != ""]) - len(after)


@dataclass(slots=True)
class _FieldTally:
    """What is counted of one field."""

    keys: dict[str, _KeyTally]
    matches: int = 0
    in_blocks: int = 0
    blocks_with: int = 0
    seconds: float = 0.0


class ReportedReading(Reading):
    """A reading that counts on its way."""

    def __init__(self, tree: Tree, ready: Compiled) -> None:
        self._tallies = [
            _FieldTally({attr.key: _KeyTally(attr.key, field) for attr in field.attrs})
            for field in ready.fields
        ]
        super().__init__(tree, ready)
        self._count = 0

    def reported(self) -> ReportedContent:
        """Read the page and return what it gave, with the report."""
        content = self.content()
        report = PageReport(
            blocks=self._count,
            records=len(content.records),
            blocks_by=self._by(),
            fields=tuple(map(self._field_report, self._ready.fields, self._tallies)),
            next_matches=len(self._following),
            next_candidates=len(content.next_urls),
            loops=self._loops,
        )
        held = {field.name: getattr(content, field.name) for field in fields(content)}
        return ReportedContent(**held, report=report)

    def _by(self) -> BlocksBy:
        if self._ready.common_parent is not None or self._ready.locating is not None:
            return "commonParent"
        targets = [field.target for field in self._ready.fields]
        alone = all(target.is_self or target.query is not None for target in targets)
        return "page" if alone else "fields"

    def _field_report(self, field: CompiledField, tally: _FieldTally) -> FieldReport:
        matches = tally.matches
        if field.target.is_self:
            matches = self._count
        elif field.target.query is not None:
            matches = tally.in_blocks
        elif field.target.xpath is not None:
            matches = max(len(self._copy().evaluate(field.target.xpath, None)), tally.in_blocks)
        return FieldReport(
            matches=matches,
            in_blocks=tally.in_blocks,
            blocks_without=self._count - tally.blocks_with,
            seconds=tally.seconds,
            keys=tuple(key.report() for key in tally.keys.values()),
        )

    def _blocks(self) -> list[LexborNode]:
        blocks = super()._blocks()
        self._count = len(blocks)
        return blocks

    def _in_one(self, block: LexborNode) -> Buckets:
        return self._in_each([block])  # what lies outside of it is counted, too

    def _in_each(self, blocks: Sequence[LexborNode]) -> Buckets:
        enclosing = Enclosing(self._tree, blocks)
        buckets: Buckets = {}
        for field in self._ready.fields:
            if field.by_css:
                matches = self._timed_select(field)
                buckets[field.index] = bucket = enclosing.bucket(matches)
                tally = self._tallies[field.index]
                tally.matches = len(matches)
                tally.in_blocks = len({one.mem_id for held in bucket.values() for one in held})
        return buckets

    def _timed_select(self, field: CompiledField) -> list[LexborNode]:
        began = thread_time()
        matches = self._tree.select(field.target.css)
        self._tallies[field.index].seconds += thread_time() - began
        return matches

    def _matches(
        self, field: CompiledField, number: int, block: LexborNode, buckets: Buckets
    ) -> Sequence[Match]:
        tally = self._tallies[field.index]
        if field.by_css:
            matches = super()._matches(field, number, block, buckets)
        else:
            began = thread_time()
            matches = super()._matches(field, number, block, buckets)
            tally.seconds += thread_time() - began
            tally.in_blocks += len(matches)
        tally.blocks_with += bool(matches)
        return matches

    def _values(self, field: CompiledField, attr: Attr, matches: Sequence[Match]) -> Values:
        tally = self._tallies[field.index].keys[attr.key]
        values = super()._values(tally.field, attr, matches)
        tally.note(values)
        return values
