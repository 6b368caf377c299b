"""Calls that run once, described."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask.typing import ResponseReturnValue

from app.operation import Answer, Operation
from app.views import single

EXTRACT: Final = "Extract once and answer with the file"
_PROCESS_ID = {"Process-Id": "The process that this call was."}


def _run(
    name: str,
    path: str,
    view: Callable[..., ResponseReturnValue],
    summary: str,
    body: str = "Single",
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
            content={"*/*": "File"},
            headers=_PROCESS_ID,
        ),
        example="-d @payload.json",
    )


SINGLE: Final = (
    _run("extract", "/v1/extract", single.extract, EXTRACT),
    _run("parse", "/v1/parse", single.extract, EXTRACT),
    _run("serp", "/v1/serp", single.serp, "Ask a search engine once and answer with the file"),
    _run("fetch", "/v1/fetch", single.fetch, "Answer with a page's content", "Fetch"),
    _run("convert_pdf", "/v1/convert/url/pdf", single.pdf, "Turn a page into a PDF", "Pdf"),
    _run(
        "convert_screenshot",
        "/v1/convert/url/screenshot",
        single.screenshot,
        "Turn a page into an image",
        "Screenshot",
    ),
)
