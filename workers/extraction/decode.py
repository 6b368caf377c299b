"""Bytes of a page → its text, by the page's charset.

The order: byte order mark, HTTP header, ``<meta>``, XML declaration, UTF-8 if it is valid,
detection, windows-1252. Labels and tables are those of https://encoding.spec.whatwg.org/
(``iso-8859-1`` is windows-1252). Bytes that the charset does not have become U+FFFD.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

from workers.extraction.charsets.declared import from_header, from_page, from_xml
from workers.extraction.charsets.decoders import decode as decode_from
from workers.extraction.charsets.detect import detect, has_escapes
from workers.extraction.sniff import is_xml
from workers.extraction.source import Source
from workers.extraction.urls import host_of

UTF_8 = "utf-8"

_BOMS = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, "utf-16le"),
         (codecs.BOM_UTF16_BE, "utf-16be"))  # fmt: skip
_STARTS = tuple(bom for bom, _ in _BOMS)


def decode(body: bytes, content_type: str | None, url: str = "") -> str:
    """Return ``body`` as text; ``content_type`` is the HTTP header's value. It never fails.

    ``url`` is where it came from: the country of its host counts where nothing names a charset.
    """
    return source_of(body, content_type, url).utf8.decode()


def source_of(body: bytes, content_type: str | None, url: str) -> Source:
    """Return the page ``body``, in UTF-8. Most pages are that already, and stay as they are."""
    xml = is_xml(body, content_type)
    body, name = _named(body, content_type, from_xml if xml else from_page)
    if name is None or name == UTF_8:
        fault = _first_fault(body)
        if fault is None and (name or not has_escapes(body)):
            return Source(utf8=body, url=url, is_xml=xml)
        name = name or detect(body, fault or 0, host=_host(url))
    # Nothing that is decoded holds half of a surrogate pair.
    return Source(utf8=decode_from(body, name).encode(), url=url, charset=name, is_xml=xml)


def _first_fault(body: bytes) -> int | None:
    """Return where ``body`` stops being UTF-8, or None."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


def _named(
    body: bytes, content_type: str | None, from_body: Callable[[bytes], str | None]
) -> tuple[bytes, str | None]:
    """Return ``body`` without a byte order mark, and the charset that is named for it."""
    if body.startswith(_STARTS):
        bom, name = next(each for each in _BOMS if body.startswith(each[0]))
        return body[len(bom) :], name
    return body, from_header(content_type) or from_body(body)
