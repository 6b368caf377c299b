"""What names on a page tell: which are words that a person chose, which say 'navigation'."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_PIECE: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST: Final = 80  # characters of a name that are read

_SURROUNDING = """
    addthis breadcrumb breadcrumbs carousel cookie cookies copyright crumb crumbs dropdown facet
    facets filter filters footer lang language languages langs locale login mainmenu menu menus nav
    navbar navi navigation pagenav pager paginator paging related share sharing sidebar sidemenu
    signin signup skip slider slides slideshow social submenu tab tabs tagcloud toolbar topbar
    topmenu widget widgets
    """
_CHROME: Final = frozenset(_SURROUNDING.split())
"""Pieces of class names and ids that stand for what surrounds a page's content."""

_CHROME_STARTS: Final = ("breadcrumb", "navbar", "pagin", "submenu")
_ALWAYS: Final = frozenset(
    {"breadcrumb", "breadcrumbs", "carousel", "cookie", "cookies", "footer", "sidebar", "slider",
     "slides", "slideshow"}
)  # fmt: skip
"""Pieces that stand for it however much text there is."""

_NOT_ITSELF: Final = frozenset({"has", "no", "with", "without"})


@lru_cache(maxsize=4096)
def is_chrome(name: str) -> bool:
    """Whether a class or an id names what surrounds the content."""
    pieces = _pieces(name)
    return _NOT_ITSELF.isdisjoint(pieces) and any(
        piece in _CHROME or piece.startswith(_CHROME_STARTS) for piece in pieces
    )


@lru_cache(maxsize=4096)
def is_always_chrome(name: str) -> bool:
    """Whether a class or an id names what can be nothing else."""
    pieces = _pieces(name)
    return _NOT_ITSELF.isdisjoint(pieces) and not _ALWAYS.isdisjoint(pieces)


def _pieces(name: str) -> frozenset[str]:
    return frozenset(piece.lower() for piece in _PIECE.findall(name[:_LONGEST]))


_SHOWN = """
    active alt alternate altrow clearfix collapse collapsed collapsible current disabled enabled
    even expanded first focus has hidden hover is last lazy lazyload lazyloaded lazyloading loaded
    loading new odd open opened read row0 row1 row2 selected show shown sticky unread visible
    visited
    """
_STATES: Final = frozenset(_SHOWN.split())
_UTILITY: Final = re.compile(
    r"""(?: -?(?:[mp][trblxyse]?|gap|space|w|h|min|max|z|top|left|right|bottom|inset|order|basis
        |grow|shrink|opacity|leading|tracking|duration|delay|scale|rotate|translate|grid-cols
        |grid-rows|col-span|row-span|offset|fs|fw|lh|g|gx|gy|size)-[\w./\[\]%-]+
      | (?:sm|md|lg|xl|xxl|xs|2xl|hover|focus|group|dark|first|last|print)[:-].*
      | (?:col|row|span|columns?|grid|large|medium|small|one|two|three|four|pull|push|offset)
        (?:-(?:xs|sm|md|lg|xl|xxl))?-?(?:\d+|auto|half|third|left|right)?
      | (?:text|font|bg|border|flex|items|justify|content|self|align|rounded|shadow|float|overflow
        |position|display|d|object|table|list|wrap|whitespace|break|underline|cursor|divide|ring
        |outline|fill|stroke)(?:-[\w./-]+)?
      | block|inline|inline-block|hidden|visible|container|container-fluid|clear|cf|clr|group
      | relative|absolute|fixed|static|truncate|uppercase|lowercase|capitalize|italic|bold|center
      | left|right|fl|fr|nobr|nowrap|small|big
    )\Z""",
    re.VERBOSE,
)
"""Classes of frameworks that say how an element looks."""

_GENERATED: Final = re.compile(
    r"""(?:css|sc|jsx|jss|svelte|emotion|styled|chakra|tss|makeStyles)-
      | __[A-Za-z0-9]*[0-9A-Z][A-Za-z0-9]*\Z
      | [a-z]+[-_](?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{5,}\Z
      | _(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{5,}\Z""",
    re.VERBOSE,
)
_DIGITS: Final = re.compile(r"\d{2}")
_VOWELS: Final = frozenset("aeiouyAEIOUY")
_LEAST_VOWELS, _MOST_VOWELS = 0.12, 0.8  # of the letters
_FEWEST_LETTERS: Final = 3
_LONGEST_WORD: Final = 50  # characters


@lru_cache(maxsize=8192)
def is_wordlike(name: str) -> bool:
    """Whether a class or id is a word that a person chose and a next deploy will keep."""
    letters = [character for character in name if character.isalpha()]
    if len(letters) < _FEWEST_LETTERS or len(name) > _LONGEST_WORD or _DIGITS.search(name):
        return False
    if name.lower() in _STATES or _UTILITY.match(name) or _GENERATED.search(name):
        return False
    if not all(character.isascii() for character in letters):
        return True
    vowels = sum(character in _VOWELS for character in letters) / len(letters)
    # Letters of both cases without words among them are a hash.
    changes = len(_PIECE.findall(name))
    return _LEAST_VOWELS <= vowels <= _MOST_VOWELS and changes <= 2 + len(name) / 4


@lru_cache(maxsize=8192)
def is_state(name: str) -> bool:
    """Whether a class tells how an element is shown just now, or which of a row it is."""
    return name.lower() in _STATES
