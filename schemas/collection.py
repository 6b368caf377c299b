"""One level of a payload: fields, where to fetch them, and how to go on; details nest below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load, validates_schema

from schemas.drafts import CollectionDraft
from schemas.fields import LONGEST_NAME, FieldSchema, doubled
from schemas.formats import CURE, SPELLINGS, CsvSchema
from schemas.paginators import PaginatorSchema
from schemas.plan import CsvOptions, Paginator
from schemas.requests import BESIDE, BesideSchema, DetailsRequestSchema, RequestSchema
from schemas.strict import Many, Nested
from schemas.values import Flag, PassedOver, Text, Url, Word

MOST_FIELDS: Final = 1_000

_BY_PLAN_NAME: Final = ("url", "fetcher", "proxy", "wait_delay", "actions")


_NO_WAY_ON: Final = (
    "`path` only navigates, and no field has `details` to lead to: give a link field `details`, "
    "or remove `path`."
)


class CollectionSchema(BesideSchema):
    """What collections of any level have."""

    name = Text(
        most=LONGEST_NAME,
        metadata={"description": "Of the collection; at the top a task's name may stand in."},
    )
    common_parent = Text(
        data_key="commonParent",
        metadata={
            "description": "CSS selector of the block of one record, or `jsonld:Product` and the "
            "like for items; found if absent."
        },
    )
    fields_ = Many(
        Nested(FieldSchema),
        data_key="fields",
        required=True,
        least=1,
        most=MOST_FIELDS,
        error_messages={
            "required": "Say what to extract: a list of fields with `name` and `selector`.",
            "few": "The list is empty: name at least one field to extract.",
        },
        metadata={"description": "What to take from each block."},
    )
    paginator = Nested(PaginatorSchema)
    path = Flag(metadata={"description": "These pages only lead to the details of their fields."})

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_whole(self, _data: object, original: object, **_: object) -> None:
        if not isinstance(original, Mapping):
            return
        faults: dict[str, Any] = dict(_beside_faults(original))
        fields = original.get("fields")
        if isinstance(fields, list) and len(fields) <= MOST_FIELDS:
            faults |= {"fields": twice} if (twice := doubled(fields)) else {}
            if original.get("path") is True and not _leads_on(fields):
                faults["path"] = [_NO_WAY_ON]
        faults |= self._place_faults(original)
        if faults:
            raise ValidationError(faults)

    def _place_faults(self, _original: Mapping[str, object]) -> dict[str, Any]:
        """Return the faults of the start URL; only the top collection has any."""
        return {}

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> CollectionDraft:
        beside = {name: data[name] for name in _BY_PLAN_NAME if name in data}
        return CollectionDraft(
            name=data.get("name", ""),
            wishes=beside | data.get("request", {}),
            fields=tuple(data["fields_"]),
            common_parent=data.get("common_parent", "").strip() or None,
            paginator=data.get("paginator") or Paginator(),
            path=data.get("path", False),
            format=data.get("format", ""),
            csv=data.get("csv", CsvOptions()),
        )


class DetailsSchema(CollectionSchema):
    """A collection below a field, whose pages are those that the field's links lead to."""

    url = PassedOver()
    request = Nested(DetailsRequestSchema)
    format = Word(
        SPELLINGS,
        component="Format",
        metadata={"description": "Accepted and ignored: the top one counts."},
    )


class CollectionPayloadSchema(CollectionSchema):
    """What to extract, and how: where to start, selectors, and the format of the results file."""

    url = Url(metadata={"description": "As in `request`."})
    request = Nested(RequestSchema)
    format = Word(
        SPELLINGS,
        component="Format",
        required=True,
        cure=CURE,
        metadata={"description": "Of the results file."},
    )
    csv = Nested(CsvSchema)

    def _place_faults(self, original: Mapping[str, object]) -> dict[str, Any]:
        request = original.get("request", {})
        if not isinstance(request, Mapping) or "url" in original or "url" in request:
            return {}
        detail = 'Say where to start, for example "request": {"url": "https://example.com/"}.'
        return {"request": {"url": [detail]}}


def _beside_faults(original: Mapping[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Yield the members next to ``request`` that say something else than the one inside it."""
    request = original.get("request")
    if not isinstance(request, Mapping):
        return
    for name in BESIDE:
        if name in original and name in request and original[name] != request[name]:
            yield name, [f"`{name}` differs from the one inside `request`: keep one of them."]


def _leads_on(fields: list[object]) -> bool:
    return any(isinstance(field, Mapping) and "details" in field for field in fields)
