"""Pages that stand before the one that was asked for: a login, a block notice."""

from __future__ import annotations

import re
from typing import Final

from workers.extraction.suggest.chrome import chrome_flags
from workers.extraction.suggest.outline import Outline

_MOST_TEXT: Final = 1_500
"""Characters. A wall says little; what says more has content, whatever else is on it."""

_NOTICES: Final = re.compile(
    r"access (?:to this \w+ )?(?:is |has been |was )?denied"
    r"|are you (?:a )?(?:human|robot)\b|not a robot\b|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|checking (?:if the site connection is secure|your browser)"
    r"|enable javascript and cookies to continue|pardon our interruption"
    r"|unusual traffic|(?:request|you) (?:was|were|has been|have been) blocked",
    re.IGNORECASE,
)
"""What block notices of the common guards say."""


def is_wall(outline: Outline) -> bool:
    """Whether the page keeps its visitor out: it asks for a password, or says that it blocks.

    A box to log in beside the content (in a header, a side bar) makes no wall.
    """
    if outline.total > _MOST_TEXT:
        return False
    return _blocks(outline) or _asks_password(outline)


def _blocks(outline: Outline) -> bool:
    return any(_NOTICES.search(text) for text in outline.own)


def _asks_password(outline: Outline) -> bool:
    found = [n for n, tag in enumerate(outline.tags) if tag == "input" and _is_secret(outline, n)]
    flags = chrome_flags(outline) if found else ()
    return any(not flags[number] for number in found)


def _is_secret(outline: Outline, number: int) -> bool:
    return (outline.attributes[number].get("type") or "").strip().lower() == "password"
