"""XML as people write it by hand, spelt so that a parser leaves nothing out.

An ampersand that begins no reference (``AT&T``, ``?a=1&b=2``) and names that only HTML knows
(``&nbsp;``) are faults of XML, and its parser drops them with what stands behind.
"""

from __future__ import annotations

import re
from html import escape
from html.entities import html5
from typing import Final

_STRAY: Final = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
_PROLOG: Final = re.compile(
    rb"""(?:\s | <\?.*?\?> | <!--.*?-->)*+ <!DOCTYPE[^>\[]*
         (?:\[(?P<own>(?: <!--.*?(?:-->|\Z) | "[^"]*" | '[^']*' | [^\]"'] )*+)\]\s*)?>""",
    re.DOTALL | re.VERBOSE,
)
_DECLARED: Final = re.compile(rb"<!ENTITY\s+([^\s%\"']+)")
_OF_XML: Final = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))

_PART: Final = re.compile(
    rb"""<!\[CDATA\[.*?(?:\]\]>|\Z) | <!--.*?(?:-->|\Z) | <\?.*?(?:\?>|\Z)
       | &(?:\#(?:[0-9]+|x[0-9a-fA-F]+); | (?P<name>[a-zA-Z_:\x80-\xff][\w.:\x80-\xff-]*);)?""",
    re.DOTALL | re.VERBOSE,
)
"""What is left as it stands, and what may be a reference."""


def mended(xml: bytes) -> bytes:
    """Return ``xml``, which is UTF-8, with every ``&`` the beginning of what a parser can read.

    A name that neither the document nor HTML knows is left to the parser, which gives nothing.
    """
    if _STRAY.search(xml) is None:
        return xml
    prolog = _PROLOG.match(xml)
    start = prolog.end() if prolog else 0
    known = _OF_XML.union(_DECLARED.findall(prolog["own"] or b"") if prolog else ())

    def spelt(found: re.Match[bytes]) -> bytes:
        if found["name"] is None:
            return found[0] if len(found[0]) > 1 else b"&amp;"
        if found["name"] in known:
            return found[0]
        character = html5.get(f"{found['name'].decode('latin-1')};")
        return found[0] if character is None else escape(character).encode()

    return xml[:start] + _PART.sub(spelt, xml[start:])
