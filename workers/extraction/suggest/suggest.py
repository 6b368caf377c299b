"""A page in, candidate payloads out: the one door of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal

from workers.errors import ExtractError, ExtractTimeout
from workers.extraction.suggest.block_selectors import BlockSelectors
from workers.extraction.suggest.chrome import chrome_flags
from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.confidence import LEAST, Confidence, confidence_of, rivalry
from workers.extraction.suggest.declared import Declaration, Declared
from workers.extraction.suggest.details import DetailsLink, details_link
from workers.extraction.suggest.field_selectors import FieldSelectors
from workers.extraction.suggest.heads import follower, heads_before
from workers.extraction.suggest.inside import Inside
from workers.extraction.suggest.naming import Namer
from workers.extraction.suggest.next_page import NextLink, find_next
from workers.extraction.suggest.next_selector import next_selector
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.payloads import list_payload, record_payload
from workers.extraction.suggest.places import places_of
from workers.extraction.suggest.proofs import Proof, Proofs
from workers.extraction.suggest.rank import ranked
from workers.extraction.suggest.reading import columns_of
from workers.extraction.suggest.reasons import reason_of
from workers.extraction.suggest.record_page import record_fields
from workers.extraction.suggest.score import Scored, Scorer
from workers.extraction.suggest.selectors import Finder
from workers.extraction.suggest.slots import sample
from workers.extraction.suggest.walls import is_wall
from workers.extraction.suggest.wanted import WantedValues, plain
from workers.extraction.tree import Tree

MOST: Final = 5
_LOOKED_AT: Final = 10  # groups, of which the first 5 that a payload can say are candidates
_LOOKED_AT_WANTED: Final = 60  # of those groups that hold what is wanted
_FAINT: Final = 0.05  # of the best one's score; behind it nothing is likely
_SAMPLED: Final = 30  # members whose places are compared

Kind = Literal["list", "record", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One payload, and what it gives on the page. ``columns`` are its fields, in their order."""

    kind: Kind
    payload: dict[str, object]
    confidence: Confidence
    proof: Proof
    score: float = 0.0
    blocks: int = 1
    coverage: float = 0.0
    columns: Sequence[FieldColumn] = ()
    details: DetailsLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """The candidates of a page, best first. ``reason``: why there is no list among them.

    ``record_fields``: what the page says of one thing, if it is read as such.
    """

    kind: Kind
    candidates: Sequence[Candidate] = ()
    reason: str = ""
    next: NextLink | None = None
    declared: Declaration = field(default_factory=lambda: Declaration((), 0))
    record_fields: Sequence[Mapping[str, object]] = ()


def suggest(
    tree: Tree,
    *,
    name: str = "suggested",
    want: Sequence[str] = (),
    records: int = 20,
    describe: bool = False,
) -> Suggestions:
    """Return the payloads that the page ``tree`` may be wanted for.

    ``name``: of the payloads. ``want``: values that each candidate's records must hold.
    ``records``: how many are shown of each candidate; counted are all. ``describe``: the page is
    looked at as one about one thing, whatever it lists.

    Raises:
        ExtractTimeout: The tree's budget is spent.
    """
    page = _Suggesting(tree, name, want, records)
    found = page.suggestions()
    return replace(found, record_fields=page.record_fields) if describe else found


class _Suggesting:
    """One page on its way from a tree to candidates."""

    def __init__(self, tree: Tree, name: str, want: Sequence[str], records: int) -> None:
        self._tree = tree
        self._name = name
        self._outline = Outline(tree)
        self._finder = Finder(self._outline)
        self._declared = Declared(tree)
        self._want = WantedValues(self._outline, want)
        self._proofs = Proofs(tree, records)
        self._link = find_next(self._outline)

    def suggestions(self) -> Suggestions:
        lists = self._lists()
        thing = self._declared.thing()
        sure = lists and (self._want.values or lists[0].confidence == "high")
        if not sure and thing is None and is_wall(self._outline):
            return Suggestions(kind="nothing", reason="blocked")
        record = None if lists and thing is None else self._record()
        if record is not None and self._want.values and not self._gives_wanted(record.proof):
            record = None
        candidates = list(lists)
        if record is not None:
            leads = not lists or self._is_about_one_thing(lists[0])
            candidates.insert(0 if leads else len(lists), record)
        kind: Kind = candidates[0].kind if candidates else "nothing"
        reason = "" if lists else "not_found" if self._want.values else reason_of(self._outline)
        return Suggestions(
            kind=kind,
            candidates=candidates[:MOST],
            reason=reason,
            next=self._link,
            declared=self._declared.summary(),
        )

    def _lists(self) -> list[Candidate]:
        scorer = Scorer(self._outline, chrome_flags(self._outline))
        groups = ranked(scorer, _LOOKED_AT_WANTED if self._want.values else _LOOKED_AT)
        if self._want.values:
            groups = [one for one in groups if self._want.in_some(one.group.members)]
        elif not groups or groups[0].score < LEAST or groups[0].surrounds:
            return []
        found: list[Candidate] = []
        for scored in groups:
            candidate = self._list(scored, rivalry(self._outline, scored, groups))
            if candidate is not None:
                found.append(candidate)
            if len(found) == MOST or (found and scored.score < _FAINT * found[0].score):
                break
        return found

    def _list(self, scored: Scored, rival: float) -> Candidate | None:
        heads = heads_before(self._outline, scored.group.members)
        members = heads or scored.group.members
        looked_at = list(sample(members, _SAMPLED))
        columns = self._located(looked_at)
        body = follower(self._outline, looked_at)
        columns += [body] if body is not None else []
        blocks = BlockSelectors(self._finder, members, columns).select() if columns else None
        if blocks is None:
            return None
        title = Namer(self._outline, members, self._declared).name(columns)
        payload = list_payload(self._name, self._tree.url, blocks, columns, self._next)
        proof = self._proof(payload)
        if proof is None or proof.count < 2 or not self._gives_wanted(proof):  # noqa: PLR2004
            return None
        looked = min(len(members), _SAMPLED)
        return Candidate(
            kind="list",
            payload=payload,
            confidence=confidence_of(scored, rival, proof.count),
            proof=proof,
            score=scored.score,
            blocks=len(members),
            coverage=scored.coverage,
            columns=columns,
            details=details_link(self._outline, columns, looked, title),
        )

    def _located(self, members: list[int]) -> list[FieldColumn]:
        """Return the columns of ``members`` that a selector can say."""
        places = places_of(self._outline, members)
        columns = columns_of(self._outline, places)
        if self._want.values:
            columns = self._want.first([*columns, *self._want.columns(places, columns)])
        selectors = FieldSelectors(self._finder, Inside(self._outline, members))
        found = []
        for column in columns:
            for twin in (column, *column.twins):
                selector = selectors.select(twin)
                if selector is not None:
                    twin.selector = selector
                    found.append(twin)
                    break
        return found

    @cached_property
    def _next(self) -> str | None:
        """The selector of the next page's link."""
        if self._link is None:
            return None
        return next_selector(self._outline, self._finder, self._link)

    @cached_property
    def record_fields(self) -> Sequence[Mapping[str, object]]:
        """The fields of the page, taken as one about one thing."""
        return record_fields(self._declared, self._outline, self._finder)

    def _record(self) -> Candidate | None:
        fields = self.record_fields
        if len(fields) < 2:  # noqa: PLR2004 - a heading is no record
            return None
        for block in ("", "body"):
            payload = record_payload(self._name, self._tree.url, fields, block)
            proof = self._proof(payload)
            if proof is not None and proof.count == 1:
                confidence: Confidence = "medium" if self._declared.thing() else "low"
                return Candidate(kind="record", payload=payload, confidence=confidence, proof=proof)
        return None

    def _is_about_one_thing(self, best: Candidate) -> bool:
        """Whether the page declares one thing, and its heading is that thing's name."""
        thing = self._declared.thing()
        if thing is None:
            return False
        if best.confidence != "high":
            return True
        names = {
            plain(text)
            for path in ("name", "headline", "title")
            for text in thing.texts.get(path, ())
        }
        heading = next((n for n, tag in enumerate(self._outline.tags) if tag == "h1"), None)
        return heading is not None and plain(self._outline.text(heading)) in names

    def _gives_wanted(self, proof: Proof) -> bool:
        """Whether one record or another holds each wanted value."""
        if not self._want.values:
            return True
        said = [plain(str(value)) for record in proof.records for value in record.values()]
        return all(any(value in text for text in said) for value in self._want.values)

    def _proof(self, payload: Mapping[str, object]) -> Proof | None:
        """Return what the real extraction gives by the payload: the preview, and the last proof."""
        try:
            return self._proofs.of(payload)
        except ExtractTimeout:
            raise
        except ExtractError:
            return None
