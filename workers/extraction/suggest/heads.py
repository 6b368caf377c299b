"""Records that span two siblings: ``dt`` and ``dd``, a heading and its text.

No element holds such a record. The heads are its blocks, and what follows each of them is reached
from there by XPath.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workers.extraction.suggest.columns import FieldColumn
from workers.extraction.suggest.kinds import kind_of
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.places import Place
from workers.extraction.suggest.variety import varies

_LONGEST: Final = 4_000  # characters of a value
_FEWEST: Final = 3  # records
_SEPARATORS: Final = frozenset({"br", "form", "hr", "script", "style", "table"})


def heads_before(outline: Outline, members: Sequence[int]) -> tuple[int, ...]:
    """Return the siblings just before ``members``, if each has one with words of its own.

    They are of one name, which the members are not, and all different: not labels.
    """
    heads = []
    for member in members:
        position = outline.ranks[member][0]
        siblings = outline.children[outline.parents[member]]
        if position < 2:  # noqa: PLR2004 - it is the first one
            return ()
        heads.append(siblings[position - 2])
    tags = {outline.tags[head] for head in heads}
    own = {outline.tags[member] for member in members}
    alike = len(tags) == 1 and not tags & own and len(heads) >= _FEWEST
    if not alike or not varies(outline.text(head, _LONGEST) for head in heads):
        return ()
    return tuple(heads) if all(outline.length[head] for head in heads) else ()


def follower(outline: Outline, heads: Sequence[int]) -> FieldColumn | None:
    """Return the column of what follows each of ``heads``, if something of one name does."""
    bodies = []
    for head in heads:
        siblings = outline.children[outline.parents[head]]
        bodies += siblings[outline.ranks[head][0] :][:1]
    tags = {outline.tags[body] for body in bodies}
    is_each = len(bodies) == len(heads) >= _FEWEST and len(tags) == 1
    if not is_each or outline.tags[heads[0]] in tags:
        return None
    tag = tags.pop()
    texts = [outline.text(body, _LONGEST) for body in bodies]
    if tag in _SEPARATORS or not all(texts) or not varies(texts):
        return None
    place = Place(tag, None, 1, list(enumerate(bodies)), len(bodies))
    column = FieldColumn(place, ("innerText",), kind_of(texts), texts, line=-1)
    column.selector = f"xpath:following-sibling::{tag}[1]"
    return column
