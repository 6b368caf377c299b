"""A response as one document, where the plan asks for the page itself and not for its records."""

from __future__ import annotations

from schemas.slice import CapturedDocument
from workers.extraction.decode import source_of
from workers.fetchers.base import Response

BINARY = "application/octet-stream"
TEXTUAL = ("json", "xml", "javascript", "ecmascript", "yaml")
"""How media types end that are text, though they do not begin with ``text/``."""


def document_of(response: Response) -> CapturedDocument:
    """Return what came: text in UTF-8, whatever its charset was, and all else byte for byte."""
    header = response.header("content-type")
    kind = (header or "").partition(";")[0].strip().lower() or _guessed(response.body)
    if not is_text(kind):
        return CapturedDocument(content_type=kind, body=response.body)
    text = source_of(response.body, header, response.url).utf8
    return CapturedDocument(content_type=f"{kind}; charset=utf-8", body=text)


def is_text(kind: str) -> bool:
    """Whether a media type is text."""
    return kind.startswith("text/") or kind.rpartition("/")[2].endswith(TEXTUAL)


def _guessed(body: bytes) -> str:
    """Return the media type of a body that came without one."""
    return "text/html" if body.lstrip()[:1] in {b"<", b""} else BINARY
