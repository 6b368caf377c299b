"""What a body is, by its Content-Type and its first bytes: a page, XML, or no text at all.

Signatures and the bytes that no text holds are those of https://mimesniff.spec.whatwg.org/, and of
archives and office files beside them. Those that a text could begin with ask for more than letters.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

LOOKED_AT = 4096
"""Bytes in which the root of XML is looked for."""

RESOURCE_HEADER = 1445
"""Bytes that tell binary data from text (MIME Sniffing, 5.2)."""

_XML_TYPES = frozenset(("text/xml", "application/xml"))
_BINARY_TYPE = re.compile(
    r"""(?:image(?!/svg\+xml)|audio|video|font|model)/.*
      | application/(?:pdf|zip|gzip|x-gzip|x-7z-compressed|x-rar(?:-compressed)?|vnd\.rar|x-tar
          |x-bzip2?|x-xz|zstd|java-archive|vnd\.android\.package-archive|epub\+zip|.*\+zip|wasm|ogg
          |vnd\.openxmlformats-officedocument\..*|vnd\.oasis\.opendocument\..*|x-shockwave-flash
          |x-pdf|postscript|font-.*|x-font-.*|vnd\.ms-fontobject|vnd\.ms-cab-compressed)""",
    re.VERBOSE,
)  # fmt: skip
"""What is never a page; types that spreadsheets of HTML and CSV go by are told by their bytes."""

_TEXT_TYPE = re.compile(
    r"text/.*|multipart/.*|message/.*|image/svg\+xml|.*\+(?:xml|json)|application/(?:.*xml.*|.*json.*"
    r"|.*javascript|.*ecmascript|rss|atom|rdf|opml|rtf|x-yaml|yaml|x-www-form-urlencoded)"
)
"""What names a text, so that no byte in it makes it anything else."""

_OTHER_TEXT = re.compile(
    r"text/(?:css|csv|markdown|calendar)|.*(?:json|javascript|ecmascript|yaml)"
)
"""Texts in which XML may be quoted, and which none are themselves."""

_SIGNATURES = (
    # images
    rb"GIF8[79]a", rb"\x89PNG\r\n\x1a\n", rb"\xff\xd8\xff", rb"RIFF.{4}WEBPVP", rb"BM.{4}\x00{4}",
    rb"\x00\x00[\x01\x02]\x00", rb"II\*\x00", rb"MM\x00\*", rb"8BPS\x00", rb"\x00{3}\x0cJXL ",
    # audio and video
    rb"FORM.{4}AIF[FC]", rb"ID3[\x02-\x04]\x00", rb"OggS\x00", rb"MThd\x00", rb"RIFF.{4}WAVE",
    rb"RIFF.{4}AVI ", rb"fLaC\x00", rb"\.snd\x00", rb"\x00\x00..ftyp", rb"\x1a\x45\xdf\xa3",
    rb"\x00{2}..(?:moov|mdat|wide|free|skip)", rb"FLV\x01", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    rb"\x00\x00\x01[\xb3\xba]", rb"\xff[\xf2\xf3\xfa\xfb][\x10-\xee].{0,60}\x00\x00",
    # fonts
    rb"wOF[F2](?:\x00\x01\x00\x00|OTTO|true)", rb"OTTO\x00", rb"ttcf\x00", rb"\x00\x01\x00\x00\x00",
    rb".{8}\x00.{25}LP",
    # archives, and the office files that are some
    rb"\x1f\x8b\x08", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", rb"Rar!\x1a\x07",
    rb"7z\xbc\xaf\x27\x1c",
    rb"BZh[1-9]1AY&SY", rb"\xfd7zXZ\x00", rb"\x28\xb5\x2f\xfd", rb"MSCF\x00{4}", rb".{257}ustar",
    rb"\x1f[\x9d\xa0][\x80-\xff]", rb"\x04\x22\x4d\x18", rb"!<arch>\n", rb"\xed\xab\xee\xdb",
    # documents
    rb"\s*%PDF-", rb"%!PS-Adobe-", rb"\{\\rtf1", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    rb"AT&TFORM.{4}DJV",
    # programs and data
    rb"\x00asm", rb"\x7fELF", rb"MZ.{0,62}\x00\x00", rb"\xca\xfe\xba\xbe",
    rb"[\xce\xcf]\xfa\xed\xfe",
    rb"SQLite format 3\x00", rb"[FCZ]WS[\x01-\x32].{3}\x00", rb"glTF[\x01\x02]\x00",
)  # fmt: skip
_SIGNATURE = re.compile(b"|".join(_SIGNATURES), re.DOTALL)
_PDF = re.compile(
    rb"%PDF-[12]\.[0-9](?:[^\n\r]{0,64})[\r\n]+(?: %[^\r\n]*[\x80-\xff]{2} | \d+\ \d+\ obj\b)",
    re.VERBOSE,
)
"""A PDF's header, and what stands behind it: a comment of bytes beyond ASCII, or an object.

ISO 32000-1, 7.5.2.
"""

_PDF_SIGN = b"%PDF-"
_PDF_WITHIN = 1024 + len(_PDF_SIGN)
"""Readers let 1,024 bytes stand before the header (PDF Reference 1.7, appendix H, note 13)."""

_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")

_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype[^>\[]*>\s*)?<html(?![\w.:-])", re.IGNORECASE)
"""How most pages begin; ``_ROOT`` would find the same, later."""

_ROOT = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?P<declaration><\?xml\s[^>]*>)?
         (?:\s | <!--.*?--> | <\?.*?\?> | <!doctype[^>\[]*(?:\[.*?\]\s*)?>)*+
         <(?P<name>[a-z_][\w.:-]*)""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_HTML_ROOTS = frozenset((b"html", b"head", b"body", b"frameset", b"title", b"meta", b"script",
                         b"div", b"p", b"table", b"center", b"span", b"ul", b"form"))  # fmt: skip
_FEED_ROOTS = frozenset((b"rss", b"feed", b"rdf:rdf", b"urlset", b"sitemapindex", b"opml"))


@lru_cache(256)
def essence(content_type: str | None) -> str:
    """Return the media type that a Content-Type names, in lower case; empty if it names none."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind if "/" in kind else ""


@lru_cache(256)
def _named(content_type: str | None) -> Literal["binary", "text", ""]:
    """Return what a Content-Type says that a body is; empty if it may be either."""
    kind = essence(content_type)
    if _BINARY_TYPE.fullmatch(kind):
        return "binary"
    return "text" if _TEXT_TYPE.fullmatch(kind) else ""


def is_binary(body: bytes, content_type: str | None) -> bool:
    """Whether ``body`` is an image, a PDF, an archive or the like, and so no page.

    What is named a text is one unless it begins with a signature: odd bytes alone are no reason.
    Of any other name they are, for it says nothing of a page.
    """
    named = _named(content_type)
    if named == "binary" or _SIGNATURE.match(body):
        return True
    if _PDF_SIGN in body[:_PDF_WITHIN] and _is_late_pdf(body):
        return True
    if named == "text" or body.startswith(_BOMS) or body.lstrip()[:1] == b"<":
        return False
    return _NOT_TEXT.search(body[:RESOURCE_HEADER]) is not None


def _is_late_pdf(body: bytes) -> bool:
    """Whether a PDF begins behind what a script or a server put before it.

    A page may quote the beginning of one. It holds no bytes that are no text then, nor does it end
    as a PDF does.
    """
    found = _PDF.match(body, body.find(_PDF_SIGN))
    if found is None:
        return False
    if _NOT_TEXT.search(body, found.end()) or body.rstrip().endswith(b"%%EOF"):
        return True
    return "\ufffd" in found[0].decode("utf-8", "replace")


def is_xml(body: bytes, content_type: str | None) -> bool:
    """Whether ``body`` is to be read as XML: by its type, its declaration or a feed's root.

    XHTML never is, whatever it says: it is read as browsers read it when it is sent as HTML.
    """
    if _HTML.match(body):
        return False
    kind = essence(content_type)
    found = _ROOT.match(body[:LOOKED_AT])
    root = found["name"].lower() if found else b""
    if root == b"html" or kind == "application/xhtml+xml":
        return False
    if kind in _XML_TYPES or kind.endswith("+xml"):
        return True
    if found is None or _OTHER_TEXT.fullmatch(kind):
        return False
    declared = found["declaration"] is not None and root not in _HTML_ROOTS
    return declared or root in _FEED_ROOTS
