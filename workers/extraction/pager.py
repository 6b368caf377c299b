"""How many pages a pager names: the largest number beside the link to the next page."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

LEVELS = 4  # ancestors of the link that may be the pager
LONGEST = 2_000  # characters of a pager's text
LARGEST = 1_000_000

_OF = re.compile(r"\b\d{1,6}\s*(?:/|of|von|de|sur|di|из|z|van|av)\s*(\d{1,6})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}")


def last_page(link: LexborNode) -> int | None:
    """Return the largest page number that the pager around ``link`` shows; None where it has none.

    ``Page 2 of 50`` counts, and any text of a link that is a bare number.
    """
    node = link.parent
    for _ in range(LEVELS):
        if node is None or node.tag in {"body", "html", "head"}:
            return None
        text = node.text(separator=" ")
        if len(text) > LONGEST:
            return None
        shown = [int(number) for number in _OF.findall(text)] or _numbers(node)
        if shown:
            return min(max(shown), LARGEST)
        node = node.parent
    return None


def _numbers(node: LexborNode) -> list[int]:
    texts = (one.text(strip=True) for one in node.css("a, option, button"))
    return [int(text) for text in texts if _NUMBER.fullmatch(text)]
