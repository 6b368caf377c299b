"""Suggestions, described."""

from __future__ import annotations

from typing import Final

from app.operation import Operation
from app.operations.common import PROCESS_ID, answered
from app.views import suggest
from schemas.suggest_wishes import SUGGEST_WISHES
from schemas.suggestions import SUGGESTIONS

SUGGESTING: Final = (
    Operation(
        name="suggest",
        methods=("POST",),
        path="/v1/suggest",
        view=suggest.suggest,
        tag="Single calls",
        summary="Suggest payloads for a page",
        description="Up to five, best first, each with the records that it gives. Nothing is "
        "stored as a task. Charged as the pages that it fetched; a page that is sent costs "
        "nothing.",
        scope="run",
        body=SUGGEST_WISHES,
        holds_page=True,
        problems=(402, 404, 409, 502, 504),
        answer=answered(
            "What the page may be wanted for",
            SUGGESTIONS,
            **PROCESS_ID,
        ),
        example="-d @page.json",
    ),
)
