"""What a call for suggestions may ask: a page, how to fetch it, what is wanted of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, validates_schema

from schemas.analyses import no_snapshot, page_sent
from schemas.formats import CURE, SPELLINGS
from schemas.numbers import Whole
from schemas.requests import WishesSchema
from schemas.strict import Many
from schemas.values import Flag, Text, Url, Word

MOST_SHOWN: Final = 5_000  # records of a candidate
MOST_WANTED: Final = 20
LONGEST_WANTED: Final = 500  # characters
MOST_COMPARED: Final = 2  # pages of a list


class SuggestWishesSchema(WishesSchema):
    """A page, by its URL or as HTML; ``request`` members say how it is fetched."""

    url = Url(metadata={"description": "The page; beside `html` where that is from."})
    task_id = Text(data_key="taskId", metadata={"description": "A task, whose start page it is."})
    html = page_sent()
    snapshot_id = no_snapshot()
    want = Many(
        Text(least=1, most=LONGEST_WANTED),
        most=MOST_WANTED,
        metadata={"description": "Values that the records of each candidate must hold."},
    )
    records = Whole(
        0,
        MOST_SHOWN,
        load_default=20,
        metadata={"description": "Records that are shown of each candidate."},
    )
    details = Flag(metadata={"description": "Look at the page of the first record, too."})
    pages = Whole(
        1,
        MOST_COMPARED,
        load_default=1,
        metadata={"description": "Pages of the list that are compared: what holds on both counts."},
    )
    name = Text(least=1, most=200, metadata={"description": "Of the payloads."})
    format = Word(SPELLINGS, component="Format", cure=CURE)

    @validates_schema
    def _check_page(self, data: Mapping[str, Any], **_: object) -> None:
        if not {"url", "html", "task_id"} & data.keys():
            detail = "Say which page: its `url`, or the page itself as `html`."
            raise ValidationError({"url": [detail]})
        if "task_id" in data and {"url", "html"} & data.keys():
            raise ValidationError({"taskId": ["Send a task's id or a page, and not both."]})
        if "html" in data and (data.get("details") or data["pages"] > 1):
            detail = "Other pages would have to be fetched: leave this member out, or `html`."
            raise ValidationError({"details" if data.get("details") else "pages": [detail]})


SUGGEST_WISHES: Final = SuggestWishesSchema()

REQUEST_MEMBERS: Final = frozenset(
    member.data_key or name for name, member in WishesSchema().fields.items()
)
"""Members of a call that say how a page is fetched."""
