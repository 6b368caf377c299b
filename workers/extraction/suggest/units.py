"""Where in a block a text is one value, and where it is several: decided from the leaves up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.places import Place
from workers.extraction.suggest.variety import varies

SUPPORT: Final = 0.3
"""Of the blocks, that must hold a column."""

_OWN: Final = 0.25  # of the elements at a place, that must have texts of their own
_OWN_SHARE: Final = 0.02  # of the text at a place, that must be its own
_COVERED: Final = 0.75  # of the text at a place, that the values in it must hold
_SHORT: Final = 60  # characters of each of several values in a block
LONGEST: Final = 4_000  # characters of a value
_LASTING, _SURE = 0.6, 0.9  # of the blocks that hold a text, to tell a part of it apart
INLINE: Final = frozenset(
    """abbr acronym b bdi bdo big br code em font i mark q s small span strike strong sub sup tt u
    wbr""".split()  # noqa: SIM905 - read as a sentence
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A place whose text is one value; ``whole``: it holds other elements' texts too."""

    place: Place
    whole: bool


@dataclass(frozen=True, slots=True)
class _Accounted:
    """The values in a place, and how many characters of its text they account for."""

    units: tuple[Unit, ...] = ()
    covered: int = 0


class Units:
    """Decides for the places of one group."""

    def __init__(self, outline: Outline, places: Sequence[Place]) -> None:
        self._outline = outline
        self._places = places
        self._count = places[0].holders

    def all(self) -> list[Unit]:
        """Return the values of a block."""
        shares: dict[int, _Accounted] = {}
        for place in reversed(self._places[1:]):
            parts = [shares.pop(id(child)) for child in place.children if id(child) in shares]
            inner = tuple(unit for part in parts for unit in part.units)
            shares[id(place)] = self._decide(place, inner, sum(part.covered for part in parts))
        root = self._places[0]
        parts = [shares[id(child)] for child in root.children if id(child) in shares]
        found = [unit for part in parts for unit in part.units]
        if varies(self._outline.own[element] for element in root.elements):
            return [Unit(root, whole=bool(root.children)), *self._lasting(root, found)]
        return found

    def _decide(self, place: Place, inner: tuple[Unit, ...], below: int) -> _Accounted:
        outline = self._outline
        chars = sum(outline.length[element] for element in place.elements)
        own = [text for text in (outline.own[element] for element in place.elements) if text]
        own_chars = sum(map(len, own))
        if not chars:
            return _Accounted(inner, below)
        if own_chars == chars and not inner:
            return self._leaf(place, own, chars)
        if self._is_own(place, own, own_chars / chars):
            if self._is_value(place, chars):
                return self._whole(place, inner, chars)
            return _Accounted(inner, below)
        if not varies(own):
            below += own_chars  # It is a label.
        is_torn = below < _COVERED * chars and not place.repeats
        if is_torn and self._is_value(place, chars) and chars <= LONGEST * place.holders:
            return self._whole(place, inner, chars)
        return _Accounted(inner, below)

    def _is_own(self, place: Place, own: Sequence[str], share: float) -> bool:
        """Whether a place has a text of its own among its elements."""
        often = len(own) >= _OWN * len(place.occurrences)
        return often and share > _OWN_SHARE and varies(own)

    def _is_value(self, place: Place, chars: int) -> bool:
        """Whether enough blocks hold the place, and not several long texts each."""
        if place.holders < SUPPORT * self._count:
            return False
        return not place.repeats or chars <= _SHORT * len(place.occurrences)

    def _whole(self, place: Place, inner: Iterable[Unit], chars: int) -> _Accounted:
        return _Accounted((Unit(place, whole=True), *self._lasting(place, inner)), chars)

    def _leaf(self, place: Place, own: Sequence[str], chars: int) -> _Accounted:
        if not varies(own):
            is_label = len(own) > 1 and place.holders >= SUPPORT * self._count
            return _Accounted((), chars if is_label else 0)
        return (
            _Accounted((Unit(place, whole=False),), chars)
            if self._is_value(place, chars)
            else _Accounted()
        )

    def _lasting(self, place: Place, inner: Iterable[Unit]) -> list[Unit]:
        """Return the values inside a value that are worth columns of their own."""
        return [
            unit
            for unit in inner
            if not unit.place.repeats
            and unit.place.holders >= _LASTING * place.holders
            and (
                unit.place.tag not in INLINE
                or unit.place.holders >= _SURE * place.holders
                or self._outline.classes[unit.place.elements[0]]
            )
        ]
