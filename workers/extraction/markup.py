"""Markup that grows while it is parsed, told apart from ordinary markup before that happens.

Each paragraph opens all formatting elements again that were left open before it (HTML standard,
'reconstruct the active formatting elements'): ``<b a=1><b a=2>…`` and then ``<p>x<p>x…`` made
4,000,000 elements (1.7 GB) of 27 KB in lexbor. Everything else grows in line with its length.
"""

from __future__ import annotations

import re
from collections import Counter

MAX_PRODUCT = 2_000_000
"""Elements that may come of a page beyond its own: 0.8 GB and 0.6 s at the very worst."""

# Of the others, 'a' and 'nobr', an open one is closed by the next.
_FORMATTING = re.compile(
    rb"<(/?)(b|big|code|em|font|i|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)


def is_explosive(html: bytes, tags: int) -> bool:
    """Whether ``html``, which holds ``tags`` angle brackets, may grow out of proportion.

    Formatting elements times the tags beside them are at most a quarter of the tags' square, which
    clears most pages; a count (50 µs) clears most of the others, and few need a look at every tag.
    """
    if tags * tags <= 4 * MAX_PRODUCT:
        return False
    unclosed = tags - 2 * html.count(b"</")
    if unclosed * tags <= MAX_PRODUCT:
        return False
    opened: Counter[bytes] = Counter()
    for slash, name in _FORMATTING.findall(html):
        opened[name.lower()] += -1 if slash else 1
    return sum(count for count in opened.values() if count > 0) * tags > MAX_PRODUCT
