"""The look before a run, described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.operation import Operation
from app.operations.common import PROCESS_ID, answered
from app.views import preview
from schemas.analyses import PREVIEW_WISHES
from schemas.json_schema import Component, JsonSchema, OneOf, Refer
from schemas.payload import COLLECTION, SEARCH
from schemas.previews import PREVIEW
from schemas.task import DRAFT


@dataclass(frozen=True, slots=True)
class PreviewForm:
    """A body of the call: what is looked with, and beside it what the call itself takes."""

    component: str
    basis: Component

    def describe(self, refer: Refer) -> JsonSchema:
        """Return the object with all members of both."""
        shape = self.basis.describe(refer)
        own = PREVIEW_WISHES.describe(refer)["properties"]
        beside = {name: member for name, member in own.items() if name != "taskId"}
        return shape | {"properties": beside | shape["properties"]}


_BODY: Final = OneOf(
    component="PreviewCall",
    description="What to look with: a task's id, a task, or a payload.",
    forms=(
        PREVIEW_WISHES,
        PreviewForm("TaskPreview", DRAFT),
        PreviewForm("CollectionPreview", COLLECTION),
        PreviewForm("SearchPreview", SEARCH),
    ),
)

PREVIEWING: Final = (
    Operation(
        name="preview",
        methods=("POST",),
        path="/v1/task/preview",
        view=preview.preview,
        tag="Single calls",
        summary="Look at one page with a payload, before a run",
        description="Nothing is stored as a task. Charged as the pages that it fetched: the page, "
        "and the details that it followed.",
        scope="run",
        body=_BODY,
        holds_page=True,
        problems=(402, 404, 409, 502, 504),
        answer=answered(
            "The page as the payload sees it",
            PREVIEW,
            **PROCESS_ID,
        ),
        example="-d @payload.json",
    ),
)
