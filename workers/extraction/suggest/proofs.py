"""What payloads give on a page, by the very extraction that a run does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborNode

from workers.extraction.compile import Compiled, CompiledField, compiled
from workers.extraction.matching import Buckets
from workers.extraction.page import Reading, Record
from workers.extraction.suggest.payloads import plan_of
from workers.extraction.tree import Tree
from workers.extraction.xpath import Copy

_ALWAYS_THERE: Final = frozenset({"innertext", "text"})


@dataclass(frozen=True, slots=True)
class Proof:
    """What a payload gives on a page: the first records, and how many there are in all."""

    records: tuple[Record, ...]
    count: int


class Proofs:
    """Reads one page by one payload after the other; what XPath needs is made once."""

    def __init__(self, tree: Tree, most: int) -> None:
        self._tree = tree
        self._most = most
        self._copied: list[Copy] = []

    def of(self, payload: Mapping[str, Any]) -> Proof:
        """Return what ``payload``, made in this room, gives on the page.

        Raises:
            ExtractError: The page gives more than can be kept, or the time is over.
        """
        ready = compiled(plan_of(payload))[0]
        reading = _ProofReading(self._tree, ready, self._most, self._copied)
        content = reading.content()
        return Proof(content.records, len(content.records) + reading.beyond)


class _ProofReading(Reading):
    """One reading that reads the first records, and counts those beyond."""

    def __init__(self, tree: Tree, ready: Compiled, most: int, copied: list[Copy]) -> None:
        super().__init__(tree, ready)
        self._most = most
        self._shared = copied
        self.beyond = 0

    def _copy(self) -> Copy:
        if not self._shared:
            self._shared.append(super()._copy())
        return self._shared[0]

    def _read_block(self, number: int, block: LexborNode, buckets: Buckets) -> None:
        if len(self._records) < self._most:
            super()._read_block(number, block, buckets)
        else:
            fields = sorted(self._ready.fields, key=_effort)
            self.beyond += any(self._gives(f, number, block, buckets) for f in fields)

    def _gives(
        self, field: CompiledField, number: int, block: LexborNode, buckets: Buckets
    ) -> bool:
        matches = self._matches(field, number, block, buckets)
        if not matches or any(attr.name in _ALWAYS_THERE for attr in field.attrs):
            return bool(matches)
        return any(self._values(field, attr, matches) for attr in field.attrs)


def _effort(field: CompiledField) -> int:
    return 0 if field.by_css else 1
