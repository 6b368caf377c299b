"""An engine and a query instead of selectors: the second form of a search results payload."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load

from schemas.faults import shown
from schemas.fields import LONGEST_NAME
from schemas.formats import CURE, SPELLINGS, CsvSchema
from schemas.numbers import Seconds, Whole
from schemas.paginators import MOST_PAGES
from schemas.places import COUNTRIES, LANGUAGES, OTHER_NAMES, near
from schemas.plan import Collection, CsvOptions, Paginator, Plan, Serp
from schemas.registry import FETCHERS, SERP_ENGINES
from schemas.requests import LONGEST_WAIT, ProxyField, WishesSchema, make_request
from schemas.strict import Many, Nested, StrictSchema
from schemas.values import Refused, Text, Word

INCLUDES: Final = ("ads", "questions", "related")
LONGEST_QUERY: Final = 2_000  # characters
LONGEST_LANGUAGE: Final = 35  # characters (RFC 5646, 4.4.1)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class _CountryField(Text):
    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        code = super()._deserialize(value).strip().lower()
        code = OTHER_NAMES.get(code, code)
        if code and code not in COUNTRIES:
            cure = "write two letters (ISO 3166-1), as in `us`."
            raise ValidationError(f"{shown(code)} is no country: {cure}{near(code, COUNTRIES)}")
        return code


class _LanguageField(Text):
    """A BCP 47 tag; also as Google writes it to restrict results, ``lang_de``."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        code = super()._deserialize(value).strip().removeprefix("lang_")
        whole = len(code) <= LONGEST_LANGUAGE and _LANGUAGE.fullmatch(code)
        first = code.partition("-")[0].lower()
        if code and not (whole and first in LANGUAGES):
            cure = "write `en`, `pt-BR` or the like."
            raise ValidationError(f"{shown(code)} is no language: {cure}{near(first, LANGUAGES)}")
        return code


class SearchRequestSchema(WishesSchema):
    """How an engine's pages are fetched: it makes the URL itself, and asks for it with GET."""

    url = Refused("The engine's own URL is fetched: remove this member, or `engine` and `q`.")
    form_data = Refused("An engine takes no form data: remove this member.", data_key="formData")
    pierce = Refused("An engine's pages have their own reader: remove this member.")
    method = Word({"get": "GET"})


class SearchPayloadSchema(StrictSchema):
    """A search engine and a query in place of selectors.

    Loads to a whole plan but for the name.
    """

    name = Text(
        most=LONGEST_NAME,
        metadata={"description": "Of the collection; a task's name may stand in."},
    )
    engine = Word(
        SERP_ENGINES.keys(),
        component="Engine",
        required=True,
        cure='Name the engine, as in "engine": "google".',
    )
    q = Text(
        required=True,
        least=1,
        most=LONGEST_QUERY,
        cure='Say what to search, as in "q": "data".',
        metadata={"description": "What to ask the engine."},
    )
    country = _CountryField(
        load_default="", metadata={"description": "Two letters (ISO 3166-1), as in `us`."}
    )
    language = _LanguageField(
        load_default="", metadata={"description": "As in `en` or `pt-BR` (BCP 47)."}
    )
    page_num = Whole(
        1,
        MOST_PAGES,
        data_key="pageNum",
        load_default=1,
        metadata={"description": "How many pages of results."},
    )
    include = Many(
        Word(INCLUDES, component="Include"),
        most=len(INCLUDES) * 2,
        metadata={"description": "What to take beside the organic results."},
    )
    fetcher = Word(
        FETCHERS.keys(),
        component="Fetcher",
        data_key="type",
        metadata={"description": "As in `request`."},
    )
    proxy = ProxyField(metadata={"description": "As in `request`."})
    wait_delay = Seconds(
        0, LONGEST_WAIT, data_key="waitDelay", metadata={"description": "As in `request`."}
    )
    request = Nested(SearchRequestSchema)
    format = Word(
        SPELLINGS,
        component="Format",
        required=True,
        cure=CURE,
        metadata={"description": "Of the results file."},
    )
    csv = Nested(CsvSchema)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Plan:
        beside = {name: data[name] for name in ("fetcher", "proxy", "wait_delay") if name in data}
        top = Collection(
            index=0,
            name=data.get("name", ""),
            request=make_request(beside | data.get("request", {})),
            fields=(),
            paginator=Paginator(page_num=data["page_num"]),
        )
        serp = Serp(
            engine=data["engine"],
            q=data["q"].strip(),
            country=data["country"],
            language=data["language"],
            include=tuple(word for word in INCLUDES if word in data.get("include", ())),
        )
        return Plan(
            name=top.name,
            format=data["format"],
            collections=(top,),
            serp=serp,
            csv=data.get("csv", CsvOptions()),
        )
