"""Text → bytes, by each encoding's encoder in the standard, for the queries of links.

The tables are the decoders', the other way round: built when a page first has such a link.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from workers.extraction.charsets.decoders import FAULT, decode, single_byte
from workers.extraction.charsets.tables import PYTHON_CODECS

Unit = bytes | int
"""What one character becomes: its bytes, or its code point where the encoding lacks it."""

_TRAILS = bytes(range(0x40, 0xFF))
_ROWS = bytes(range(0xA1, 0xFF))
_ASCII_END = 0x80

_LAST_OF_TWINS = "═╞╡╪十卅"
"""Of these the encoder of Big5 takes the last place, of all others the first."""

_GB18030_2005 = dict(zip(
    "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796"
    "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
    "︐︒︑︓︔︕︖︗︘︙龴龵龶龷龸龹龺龻", strict=True,
))  # fmt: skip
"""Private characters of the edition of 2005, and whose bytes they keep."""

_SWITCH = {"ascii": b"\x1b(B", "roman": b"\x1b(J", "jis0208": b"\x1b$B"}
_VOICING = {"\uff9e": "\u309b", "\uff9f": "\u309c"}


def encode(text: str, name: str) -> Iterator[Unit]:
    """Yield what each character of ``text`` is in the encoding called ``name``.

    As the standard wants for output, UTF-16 and ``replacement`` are written as UTF-8.
    """
    if name == "replacement" or name.startswith("utf-"):
        return iter((text.encode("utf-8", "replace"),))
    if name == "iso-2022-jp":
        return _iso_2022_jp(text)
    table = _table(name)
    if name == "gb18030":
        return (table.get(letter) or _four_bytes(letter) for letter in text)
    return (table.get(letter) or ord(letter) for letter in text)


@cache
def _table(name: str) -> dict[str, bytes]:
    if name not in {*PYTHON_CODECS, "gbk"}:
        letters = single_byte(name)
        return {letters[byte]: bytes((byte,)) for byte in range(255, -1, -1)
                if letters[byte] != FAULT}  # fmt: skip
    table = {chr(byte): bytes((byte,)) for byte in range(_ASCII_END)}
    for lead in _leads(name):
        for pair, letter in _row(lead, name):
            if name != "big5" or letter not in _LAST_OF_TWINS:
                table.setdefault(letter, pair)
            else:
                table[letter] = pair
    return table | _extra(name, table)


def _leads(name: str) -> bytes:
    """Return the leads of what encoders write; all others are for reading alone."""
    return {
        "big5": bytes(range(0xA1, 0xFF)),  # Not Hong Kong's.
        "shift_jis": bytes((*range(0x81, 0xA0), *range(0xE0, 0xED), 0xFA, 0xFB, 0xFC)),
        "euc-jp": _ROWS,
    }.get(name, bytes(range(0x81, 0xFF)))


def _row(lead: int, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield the pairs of ``lead`` that are a character."""
    trails = _ROWS if name == "euc-jp" else _TRAILS
    pairs = [bytes((lead, trail)) for trail in trails]
    for pair, letter in zip(pairs, decode(b"\n".join(pairs), name).split("\n"), strict=True):
        if len(letter) == 1 and letter != FAULT:
            yield pair, letter


def _extra(name: str, table: dict[str, bytes]) -> dict[str, bytes]:
    """Return what the encoder called ``name`` does beside the reverse of its table."""
    if name in {"gbk", "gb18030"}:
        old = {private: table[letter] for private, letter in _GB18030_2005.items()}
        return old | ({"€": b"\x80"} if name == "gbk" else {})
    if name not in {"euc-jp", "shift_jis"}:
        return {}
    kana = range(0xA1, 0xE0)
    before = b"\x8e" if name == "euc-jp" else b""
    half = {chr(0xFF61 - 0xA1 + byte): before + bytes((byte,)) for byte in kana}
    own = {} if name == "euc-jp" else {"\x80": b"\x80"}
    return half | own | {"¥": b"\\", "‾": b"~", "−": table["－"]}


def _four_bytes(letter: str) -> Unit:
    if letter == "\ue5e5":  # Its bytes are read as a blank.
        return ord(letter)
    return b"\x81\x35\xf4\x37" if letter == "\ue7c7" else letter.encode("gb18030")


def _iso_2022_jp(text: str) -> Iterator[Unit]:
    state = "ascii"
    for letter in text:
        wanted, unit = _in_iso_2022_jp(letter, state)
        if wanted != state:
            yield _SWITCH[wanted]
            state = wanted
        yield unit
    if state != "ascii":
        yield _SWITCH["ascii"]


def _in_iso_2022_jp(letter: str, state: str) -> tuple[str, Unit]:
    """Return the state that ``letter`` is written in, and what is written."""
    if letter in "\x0e\x0f\x1b":
        return ("ascii" if state == "jis0208" else state), ord(FAULT)
    if letter in "¥‾":
        return "roman", b"\\" if letter == "¥" else b"~"
    if ord(letter) < _ASCII_END:
        stays = state == "roman" and letter not in "\\~"
        return (state if stays else "ascii"), letter.encode()
    if "\uff61" <= letter <= "\uff9f":
        letter = _VOICING.get(letter) or unicodedata.normalize("NFKC", letter)
    pair = _table("euc-jp").get(letter, b"")
    if len(pair) == 2 and pair[0] in _ROWS:  # noqa: PLR2004 - a place of JIS X 0208
        return "jis0208", bytes(byte & 0x7F for byte in pair)
    return ("ascii" if state == "jis0208" else state), ord(letter)
