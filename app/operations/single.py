"""Calls that run once, described."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask.typing import ResponseReturnValue

from app.components import FILE
from app.operation import Answer, Operation
from app.operations.common import PROCESS_ID
from app.views import single
from schemas.captures import KINDS
from schemas.json_schema import Component, JsonSchema, OneOf, Refer, member
from schemas.payload import COLLECTION, SEARCH

EXTRACT: Final = "Extract once and answer with the file"


@dataclass(frozen=True, slots=True)
class CallBody:
    """A single call's body: a payload, whose ``capture`` the call itself says, and ``output``."""

    component: str
    payload: Component

    def describe(self, refer: Refer) -> JsonSchema:
        """Return the payload's object with the one member more."""
        shape = self.payload.describe(refer)
        required = [name for name in shape["required"] if name != "capture"]
        return shape | {
            "properties": shape["properties"] | {"output": member(single.OUTPUT, refer)},
            "required": required,
        }


_SEARCH = CallBody("SearchCall", SEARCH)
_EXTRACT = OneOf(
    component="ExtractCall",
    description="What to extract; a page as a document has calls of its own.",
    forms=(CallBody("CollectionCall", COLLECTION), _SEARCH),
)


def _run(
    name: str,
    path: str,
    view: Callable[..., ResponseReturnValue],
    summary: str,
    body: Component = _EXTRACT,
) -> Operation:
    return Operation(
        name=name,
        methods=("POST",),
        path=path,
        view=view,
        tag="Single calls",
        summary=summary,
        description="A process like any other: charged, logged, shown by its id.",
        scope="run",
        body=body,
        problems=(402, 409, 502, 504),
        answer=Answer(
            description="The file, or with `output: file` a link to it",
            # Programs that make clients take the first type that they know for bytes.
            content={"application/octet-stream": FILE, "*/*": FILE},
            headers=PROCESS_ID,
        ),
        example="-d @payload.json",
    )


SINGLE: Final = (
    _run("extract", "/v1/extract", single.extract, EXTRACT),
    _run("parse", "/v1/parse", single.extract, EXTRACT),
    _run(
        "serp",
        "/v1/serp",
        single.serp,
        "Ask a search engine once and answer with the file",
        _SEARCH,
    ),
    _run(
        "fetch",
        "/v1/fetch",
        single.fetch,
        "Answer with a page's content",
        CallBody("FetchCall", KINDS["content"]),
    ),
    _run(
        "convert_pdf",
        "/v1/convert/url/pdf",
        single.pdf,
        "Turn a page into a PDF",
        CallBody("PdfCall", KINDS["pdf"]),
    ),
    _run(
        "convert_screenshot",
        "/v1/convert/url/screenshot",
        single.screenshot,
        "Turn a page into an image",
        CallBody("ScreenshotCall", KINDS["screenshot"]),
    ),
)
