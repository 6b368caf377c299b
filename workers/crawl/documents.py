"""A response as one document, where the plan asks for the page itself and not for its records."""

from __future__ import annotations

from typing import TypeGuard

from schemas.plan import Capture, Content
from schemas.slice import CapturedDocument
from workers.extraction.budget import Budget
from workers.extraction.cage import caged
from workers.extraction.decode import source_of
from workers.extraction.source import Source
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


def is_readable(capture: Capture | None) -> TypeGuard[Content]:
    """Whether a page is wanted as a reader sees it, and not as it came."""
    return isinstance(capture, Content) and capture.form != "html"


_KINDS = {"text": "text/plain", "markdown": "text/markdown"}


def readable_document(
    response: Response, source: Source, content: Content, *, seconds: float
) -> CapturedDocument:
    """Return what a reader sees of a page, within ``seconds`` of CPU time.

    Text that is no page (JSON, CSV, plain text) is given as it is.
    """
    kind = (response.header("content-type") or "text/html").partition(";")[0].strip().lower()
    if not kind.endswith(("html", "xml")):
        return document_of(response)

    def read(budget: Budget) -> str:
        # What writes Markdown is loaded where it is wanted: here, in the child.
        from workers.extraction.readable import readable  # noqa: PLC0415

        return readable(source, content, budget)

    text = caged(read, seconds)
    return CapturedDocument(
        content_type=f"{_KINDS[content.form]}; charset=utf-8", body=text.encode("utf-8", "replace")
    )


def is_text(kind: str) -> bool:
    """Whether a media type is text."""
    return kind.startswith("text/") or kind.rpartition("/")[2].endswith(TEXTUAL)


def _guessed(body: bytes) -> str:
    """Return the media type of a body that came without one."""
    return "text/html" if body.lstrip()[:1] in {b"<", b""} else BINARY
