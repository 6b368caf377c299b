"""Bytes of a page → its text, by the page's charset.

The order: byte order mark, HTTP header, ``<meta>`` in the first 1,024 bytes, UTF-8 if it is valid,
detection, windows-1252. Labels mean what https://encoding.spec.whatwg.org/ says (``iso-8859-1`` is
windows-1252). Bytes that the charset does not have become U+FFFD.
"""

from __future__ import annotations

import codecs
import re

import webencodings
from charset_normalizer import from_bytes

PRESCAN_BYTES = 1024
FALLBACK = "windows-1252"

SAMPLE_BYTES = 16 * 1024
"""What detection looks at: from the first byte that is not ASCII; it takes 10 ms a sample."""

FEW = 6
"""Bytes beyond ASCII below which any guess is as good: then most of the undeclared web wins."""

_TWINS = ("cp1250", "iso8859_2")
_ASCII = bytes(range(128))
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"),
         (codecs.BOM_UTF16_BE, "utf-16be"))  # fmt: skip
_WIDER = {"gbk": "gb18030"}
"""Charsets read as the superset that the standard's decoder is."""

_CANDIDATES = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r",
    "iso8859_2", "cp932", "euc_jp", "gb18030", "big5hkscs", "cp949",
]  # fmt: skip
"""What undeclared pages are written in; a guess outside of it would be worse than the fallback."""

_HEADER = re.compile(r"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE)
_C1_FIRST, _C1_LAST = 0x80, 0x9F


def decode(body: bytes, content_type: str | None) -> str:
    """Return ``body`` as text; ``content_type`` is the HTTP header's value. It never fails."""
    body, name = _told(body, content_type)
    if name is None:
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            name = _detect(body, error.start)
    return _read(body, name)


def to_utf8(body: bytes, content_type: str | None) -> bytes:
    """Return what ``decode`` does in UTF-8. Most pages are that already, and stay as they are."""
    rest, name = _told(body, content_type)
    if name in {None, "utf-8"} and _is_utf8(rest):
        return rest
    return decode(body, content_type).encode()


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _told(body: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    """Return ``body`` without a byte order mark, and the charset that is named for it."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :], name
    return body, _from_header(content_type) or _from_meta(body[:PRESCAN_BYTES])


def _known(label: str) -> str | None:
    """Return the standard's name of the charset called ``label``; None for one it lacks."""
    encoding = webencodings.lookup(label.strip())
    # 'replacement' stands for charsets that are dangerous to decode: better guess.
    return None if encoding is None or encoding.name == "replacement" else str(encoding.name)


def _from_header(content_type: str | None) -> str | None:
    found = _HEADER.search(content_type or "")
    return _known(next(filter(None, found.groups()), "")) if found else None


_TAG = re.compile(
    rb"""<!--.*?(?:-->|\Z) | <meta(?=[\s/])(?P<meta>(?:[^>"']|"[^"]*"|'[^']*')*)
       | </?[a-z](?:[^>"']|"[^"]*"|'[^']*')*> | <[!/?][^>]*>""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    rb"""([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?"""
)


def _from_meta(head: bytes) -> str | None:
    """Return what a ``<meta>`` in ``head`` declares: the prescan of the HTML standard.

    https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding
    """
    for tag in _TAG.finditer(head):
        if tag["meta"] is None:
            continue
        name = _declared(tag["meta"])
        if name is not None:
            return name
    return None


def _declared(attributes: bytes) -> str | None:
    given: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(attributes):
        value = next(filter(None, values), b"")
        given.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    label = given.get("charset")
    if label is None and given.get("http-equiv", "").lower() == "content-type":
        found = _HEADER.search(given.get("content", ""))
        label = next(filter(None, found.groups()), "") if found else None
    name = _known(label) if label else None
    # Bytes in which an ASCII <meta> was found are not UTF-16, whatever it says.
    if name in {"utf-16le", "utf-16be"}:
        return "utf-8"
    return FALLBACK if name == "x-user-defined" else name


def _detect(body: bytes, first: int) -> str:
    """Return the charset that ``body``, in which ``first`` is no UTF-8, seems to be in."""
    sample = body[max(0, first - 256) :][:SAMPLE_BYTES]
    if len(sample.translate(None, _ASCII)) < FEW:
        return FALLBACK
    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    if best is None:
        return FALLBACK
    # The two of Central Europe share most of their letters; in the wrong one some become signs.
    return (
        max(_TWINS, key=lambda name: _letters(sample, name))
        if best.encoding in _TWINS
        else (best.encoding)
    )


def _letters(sample: bytes, name: str) -> int:
    return sum(map(str.isalpha, sample.decode(name, "replace")))


def _restore_c1(error: UnicodeError) -> tuple[str, int]:
    """Give what single-byte charsets of the standard do for their gaps in 0x80 to 0x9F."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start]
    whole = chr(byte) if _C1_FIRST <= byte <= _C1_LAST else "\ufffd"
    return whole, error.start + 1


codecs.register_error("gristmill-c1", _restore_c1)


def _read(body: bytes, name: str) -> str:
    """Return ``body`` decoded from ``name``, the standard's name or a codec of Python's."""
    encoding = webencodings.lookup(name)
    codec = encoding.codec_info if encoding is not None else codecs.lookup(name)
    codec = codecs.lookup(_WIDER[codec.name]) if codec.name in _WIDER else codec
    errors = "gristmill-c1" if codec.name.startswith("cp125") else "replace"
    return codec.decode(body, errors)[0]
