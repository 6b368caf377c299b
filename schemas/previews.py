"""What a preview answers: one page as the payload sees it, field by field."""

from __future__ import annotations

from typing import Final

from schemas.answers import (
    AnswerSchema,
    Count,
    Items,
    OpenObject,
    Shown,
    ShownFlag,
    ShownNumber,
    ShownText,
    ShownWord,
)
from schemas.codes import PAGE_VERDICTS
from schemas.paginators import KINDS
from schemas.registry import FETCHERS, HELD_FETCHERS
from schemas.strict import Nested
from schemas.warnings import WarningSchema


class PreviewedPageSchema(AnswerSchema):
    """The page that was looked at; ``given``: the call brought it along."""

    url = ShownText(metadata={"description": "After redirects."})
    fetcher = ShownWord((*FETCHERS, *HELD_FETCHERS))
    http_status = Count(data_key="httpStatus", allow_none=True)
    verdict = ShownWord(PAGE_VERDICTS)
    bytes = Count()
    ms = Count()
    charset = ShownText(allow_none=True)


class SampleField(Shown):
    """A value, cut after 200 characters."""

    shape = {"anyOf": [{"type": "string"}, {"type": "number"}]}  # noqa: RUF012 - as its base


class PreviewedFilterSchema(AnswerSchema):
    """What one filter did."""

    name = ShownText()
    came = Count(data_key="in", metadata={"description": "Values that came."})
    changed = Count()
    emptied = Count(metadata={"description": "Values that it left nothing of."})


class PreviewedKeySchema(AnswerSchema):
    """The values of one key of the records, counted by block."""

    key = ShownText()
    filled = Count(metadata={"description": "Blocks with a value that is no empty text."})
    several = Count(metadata={"description": "Blocks with more than one value."})
    distinct = Count(metadata={"description": "Different values."})
    samples = Items(SampleField())
    filters = Items(Nested(PreviewedFilterSchema))


class PreviewedFieldSchema(AnswerSchema):
    """What one field matched."""

    name = ShownText()
    pointer = ShownText(metadata={"description": "Where it stands in the body: a JSON pointer."})
    matches = Count(metadata={"description": "In the whole page."})
    in_blocks = Count(data_key="inBlocks", metadata={"description": "Of them, in blocks."})
    blocks_without = Count(data_key="blocksWithout")
    keys = Items(Nested(PreviewedKeySchema))


class PreviewedNextSchema(AnswerSchema):
    """Where the paginator leads."""

    url = ShownText(allow_none=True)
    candidates = Count(metadata={"description": "Different pages that it matches links to."})
    loops = ShownFlag(metadata={"description": "It leads to the page itself, and nowhere else."})
    paginator = ShownWord(KINDS)


class PreviewedLinksSchema(AnswerSchema):
    """The links to details pages of one field."""

    field = ShownText()
    links = Count()
    distinct = Count()
    sample = ShownText(allow_none=True)


class PreviewedCollectionSchema(AnswerSchema):
    """One level of the payload; of details, all pages that were followed together."""

    name = ShownText()
    pointer = ShownText()
    blocks = Count()
    blocks_by = ShownWord(
        {
            "commonParent": "the payload says where they are",
            "fields": "they were found by the fields",
            "page": "the page is the one block",
        },
        data_key="blocksBy",
    )
    fields_ = Items(Nested(PreviewedFieldSchema), data_key="fields")
    next = Nested(PreviewedNextSchema, allow_none=True)
    details = Items(Nested(PreviewedLinksSchema))


class TriedChromeSchema(AnswerSchema):
    """Whether a browser has looked at the page, and how many records it found."""

    tried = ShownFlag()
    record_count = Count(data_key="recordCount", allow_none=True)


class ChecksSchema(AnswerSchema):
    """What could stand in the way of the page."""

    robots = ShownWord(
        {
            "allowed": "the site's robots.txt lets the page be asked for",
            "disallowed": "it forbids that",
            "unasked": "nobody asked it",
        }
    )
    egress = ShownWord(
        {"allowed": "this deployment may connect to the host", "unasked": "nothing was fetched"}
    )
    chrome = Nested(TriedChromeSchema)


class RequestsGuessSchema(AnswerSchema):
    """Pages of a whole run."""

    at_least = Count(data_key="atLeast")
    likely = Count()
    at_most = Count(data_key="atMost")


class CreditsGuessSchema(AnswerSchema):
    """Credits for a whole run."""

    at_least = ShownNumber(data_key="atLeast")
    likely = ShownNumber()
    at_most = ShownNumber(data_key="atMost")


class EstimateSchema(AnswerSchema):
    """What a run would likely come to: a guess, and no promise."""

    requests = Nested(RequestsGuessSchema)
    credits = Nested(CreditsGuessSchema)
    assumes = ShownText()
    balance = ShownNumber(metadata={"description": "Credits that the account can spend now."})
    enough = ShownFlag(metadata={"description": "Whether they are enough for the likely case."})


class PreviewSchema(AnswerSchema):
    """One page as the payload sees it, and what is odd about it."""

    page = Nested(PreviewedPageSchema)
    collections = Items(Nested(PreviewedCollectionSchema))
    records = Items(
        OpenObject("PreviewedRecord", "A record, as the results file of a run would hold it.")
    )
    record_count = Count(data_key="recordCount", metadata={"description": "Of the page."})
    checks = Nested(ChecksSchema)
    estimate = Nested(EstimateSchema, allow_none=True)
    warnings = Items(Nested(WarningSchema))
    cost = ShownNumber(metadata={"description": "Credits that this call has cost."})


PREVIEW: Final = PreviewSchema()
