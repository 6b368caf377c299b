"""Which charset a page says that it is in: by its header, a ``<meta>`` or an XML declaration.

https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
"""

from __future__ import annotations

import re
from functools import lru_cache

import webencodings

PRESCAN_BYTES = 1024
"""What is looked at whatever it holds; past that a ``<meta>`` counts where the head goes on."""

_HEADER = re.compile(r"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE)

# Every branch takes all that is left where its end is missing, so that no byte is looked at twice.
_REST = rb"""(?:=\s*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))|[^>])*+"""
_TAG = re.compile(
    rb"""<!--(?:-?>|.*?(?:--!?>|\Z))
       | <meta(?=[\s/])(?P<meta>""" + _REST + rb""")
       | <(?P<raw>script|style|title|textarea|noframes|xmp)(?=[\s/>])""" + _REST
    + rb""">.*?(?:</(?P=raw)(?=[\s/>])|\Z)
       | (?P<end></head(?=[\s/>])|<body(?=[\s/>]))
       | <(?:/?[a-z]|[!/?])""" + _REST,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)  # fmt: skip
_ATTRIBUTE = re.compile(
    rb"""([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?"""
)
_XML_START = (b"<?xml", b"<\0?\0x\0", b"\0<\0?\0x")
_XML_ENCODING = re.compile(rb"""\bencoding\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def known(label: str) -> str | None:
    """Return the standard's name (lower case) of the charset called ``label``; None if unknown."""
    encoding = webencodings.lookup(label)
    return None if encoding is None else str(encoding.name)


@lru_cache(256)
def from_header(content_type: str | None) -> str | None:
    """Return the charset that a Content-Type names."""
    found = _HEADER.search(content_type or "")
    return known(next(filter(None, found.groups()), "")) if found else None


def from_page(body: bytes) -> str | None:
    """Return what an HTML page says of itself: a ``<meta>`` goes before an XML declaration."""
    name = _from_meta(body, min(len(body), PRESCAN_BYTES))
    if name is None and len(body) > PRESCAN_BYTES and b"charset" in body[PRESCAN_BYTES:].lower():
        name = _from_meta(body, len(body))
    return name or from_xml(body)


def from_xml(body: bytes) -> str | None:
    """Return the encoding of an XML declaration at the very start of ``body``.

    https://html.spec.whatwg.org/multipage/parsing.html#xml-encoding
    """
    if body.startswith(_XML_START[1:]):
        return "utf-16le" if body[0] else "utf-16be"
    if not body.startswith(_XML_START[0]):
        return None
    found = _XML_ENCODING.search(body[: max(body.find(b">"), 0)])
    label = next(filter(None, found.groups()), b"") if found else b""
    return _in_ascii(known(label.decode("latin-1")))


def _in_ascii(name: str | None) -> str | None:
    """Return ``name``, less UTF-16: bytes in which an ASCII declaration was found are not that."""
    return "utf-8" if name in {"utf-16le", "utf-16be"} else name


def _from_meta(body: bytes, end: int) -> str | None:
    for tag in _TAG.finditer(body, 0, end):
        if tag["meta"] is not None:
            name = _from_attributes(tag["meta"])
            if name is not None:
                return name
        elif tag["end"] is not None and tag.start() >= PRESCAN_BYTES:
            break
    return None


def _from_attributes(attributes: bytes) -> str | None:
    given: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(attributes):
        value = next(filter(None, values), b"")
        given.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    label = given.get("charset")
    if label is None and given.get("http-equiv", "").lower() == "content-type":
        found = _HEADER.search(given.get("content", ""))
        label = next(filter(None, found.groups()), "") if found else None
    name = _in_ascii(known(label)) if label else None
    return "windows-1252" if name == "x-user-defined" else name
