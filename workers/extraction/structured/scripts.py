"""JSON as pages write it: read strictly, and once more with what is commonly wrong mended."""

from __future__ import annotations

import html
import re
from typing import Final

import orjson

LONGEST: Final = 1024 * 1024  # bytes of a script

_TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]++|\\.)*+"?)"""
    r"""|(?P<note><!--[^{\[<\n]{0,500}-->)"""
    r"""|(?P<mark>(?:/[/*]\s{0,9})?(?:<!--|-->|<!\[CDATA\[|(?:<!)?\]\]>)(?:\s{0,9}\*/)?)"""
    r"""|(?P<comment>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)"""
    r"""|(?P<constant>-?\b(?:NaN|Infinity|undefined)\b)"""
    r"""|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f])""",
    re.DOTALL,
)
_COMMA: Final = re.compile(r"""("(?:[^"\\]++|\\.)*+"?)|,(?=\s*+[\]}])""", re.DOTALL)
_IN_STRING: Final = re.compile(
    r"""(?P<good>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"""
    r"""|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|\\["\\/bfnrt])"""
    r"""|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"""
    r"""|(?P<odd>\\(?P<letter>.)?)|(?P<control>[\x00-\x1f])""",
    re.DOTALL,
)
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def read_json(script: str) -> object:
    """Return what ``script`` says, or None: it is no JSON, or longer than ``LONGEST``.

    Of a name that comes twice in an object the last value counts, as in JavaScript.
    """
    sent = script.encode("utf-8", "replace")
    if len(sent) > LONGEST:
        return None
    try:
        return orjson.loads(sent)
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.loads(mended(script).encode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        return None


def mended(script: str) -> str:
    """Return ``script`` without comments, marks of SGML, trailing commas and control characters.

    What JSON has no word for (``NaN``) is null. In strings, line breaks and tabs become escapes.
    Each expression goes through the text once: nothing in it can be tried in two ways.
    """
    text = script.lstrip("\ufeff")
    if '"' not in text and "&quot;" in text:
        text = html.unescape(text)
    text = _TOKEN.sub(_mended_token, text).strip().rstrip(";")
    return _COMMA.sub(lambda token: token[1] or "", text)


def _mended_token(token: re.Match[str]) -> str:
    kind = token.lastgroup
    if kind == "string":
        return _IN_STRING.sub(_mended_character, token[0])
    return "null" if kind == "constant" else "" if kind == "control" else " "


def _mended_character(found: re.Match[str]) -> str:
    if found["good"]:
        return found[0]
    if found["half"]:
        return "\ufffd"
    odd = found["letter"] if found["odd"] else found["control"]  # or what no backslash is for
    return _ESCAPES.get(odd or "", "" if found["control"] else odd or "")
