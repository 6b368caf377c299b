"""What a call for suggestions answers: candidate payloads, best first, each with its records."""

from __future__ import annotations

from typing import Final

from schemas.answers import (
    AnswerSchema,
    Count,
    Items,
    OpenObject,
    ShownNumber,
    ShownText,
    ShownWord,
)
from schemas.codes import PAGE_VERDICTS
from schemas.registry import FETCHERS, HELD_FETCHERS
from schemas.strict import Nested
from schemas.warnings import WarningSchema

SUGGEST_VERSION: Final = 1
"""It changes when the same page may be answered otherwise."""

CONFIDENCES: Final = {
    "high": "hardly a doubt",
    "medium": "likely, but look",
    "low": "a guess",
}
KINDS: Final = {
    "list": "the page lists records",
    "record": "it is about one thing",
    "nothing": "no payload could say what it holds",
}
REASONS: Final = {
    "flat_list": "its records have no elements of their own",
    "needs_chrome": "scripts make its content",
    "no_list": "it lists nothing",
    "blocked": "it is a block notice, or asks for a login",
    "robots": "the site's robots.txt forbids it",
    "not_html": "it is a file and no page",
    "not_found": "the wanted values are in no record",
}


class SuggestedFieldSchema(AnswerSchema):
    """What a field of a candidate holds in the blocks that were looked at."""

    name = ShownText()
    kind = ShownText(metadata={"description": "Of its values: `price`, `date`, `link` …"})
    filled = Count(metadata={"description": "Blocks that hold it."})
    distinct = Count(metadata={"description": "Different values."})
    sample = Items(ShownText())


class SuggestedNextSchema(AnswerSchema):
    """Where the list goes on."""

    confidence = ShownWord(CONFIDENCES)
    url = ShownText()
    text = ShownText()


class SuggestedDetailsSchema(AnswerSchema):
    """The field that leads to a page of each record."""

    field = ShownText()
    sample = Items(ShownText())


class CandidateSchema(AnswerSchema):
    """A payload that ``POST /v1/task/create`` takes as it stands, and what it gives."""

    kind = ShownWord(KINDS)
    confidence = ShownWord(CONFIDENCES)
    score = ShownNumber()
    blocks = Count()
    coverage = ShownNumber(metadata={"description": "Share of the page that the blocks hold."})
    payload = OpenObject("SuggestedPayload", "A payload.")
    fields_ = Items(Nested(SuggestedFieldSchema), data_key="fields")
    next = Nested(SuggestedNextSchema, allow_none=True)
    details = Nested(SuggestedDetailsSchema, allow_none=True)
    record_count = Count(data_key="recordCount", metadata={"description": "Of the page."})
    records = Items(OpenObject("SuggestedRecord", "A record, as a run would give it."))
    warnings = Items(Nested(WarningSchema))


class DeclaredSchema(AnswerSchema):
    """What the page declares in JSON-LD and microdata."""

    types = Items(ShownText())
    records = Count(metadata={"description": "Items of the most frequent type."})


class SuggestTimesSchema(AnswerSchema):
    """Milliseconds."""

    fetch = Count()
    suggest = Count()


class SuggestionsSchema(AnswerSchema):
    """The payloads that a page may be wanted for, best first; without a list, why."""

    url = ShownText(metadata={"description": "After redirects."})
    fetcher = ShownWord((*FETCHERS, *HELD_FETCHERS))
    verdict = ShownWord(PAGE_VERDICTS)
    kind = ShownWord(KINDS)
    reason = ShownWord(REASONS, allow_none=True)
    candidates = Items(Nested(CandidateSchema))
    next = Nested(SuggestedNextSchema, allow_none=True)
    structured = Nested(DeclaredSchema)
    suggest_version = Count(data_key="suggestVersion")
    ms = Nested(SuggestTimesSchema)
    cost = ShownNumber(metadata={"description": "Credits that this call has cost."})


SUGGESTIONS: Final = SuggestionsSchema()
