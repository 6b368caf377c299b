"""Which page of a list one is on, by the pager around a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final
from urllib.parse import urldefrag

from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.page_links import NUMBER, PageLink, has_name, numbers_among

_LEVELS: Final = 3  # elements above a link, one of which is the pager
_MOST: Final = 150  # elements of a pager
_LONGEST: Final = 8  # characters of a number with what stands around it
_SECOND: Final = 2
_MARKED: Final = re.compile(
    r"(?:^|[^a-z])(?:active|aktiv|curr?|current|is-current|now|on|selected|this-?page)(?:$|[^a-z])"
    r"|current(?=[A-Z_-]|page)",
    re.IGNORECASE,
)


def current_page(outline: Outline, link: PageLink, near: Sequence[PageLink]) -> int | None:
    """Return the number of this page: the one marked, the one that leads here, or 1.

    ``near`` are the links around ``link`` that show numbers.
    """
    marked = _marked(outline, link.element)
    if marked is not None:
        return marked
    own = urldefrag(outline.tree.url).url
    here = next((other for other in near if urldefrag(other.url).url == own), None)
    if here is not None:
        return here.number
    return 1 if min(numbers_among(near), default=0) == _SECOND else None


def _marked(outline: Outline, element: int) -> int | None:
    """Return the number beside the links that is none, or is marked."""
    for pager in islice(outline.above(element), _LEVELS):
        if pager <= 0:
            return None
        for number in range(pager + 1, min(outline.ends[pager], pager + _MOST)):
            found = NUMBER.match(outline.own[number]) if outline.own[number] else None
            if found and len(outline.own[number]) <= _LONGEST and _is_marked(outline, number):
                return int(found[1])
    return None


def _is_marked(outline: Outline, number: int) -> bool:
    around = [number, *islice(outline.above(number), _LEVELS)]
    if all(outline.tags[one] != "a" for one in around):
        return True
    return any(has_name(outline, one, _MARKED) for one in around[:2])
