"""The fields of a collection: a selector, what is taken from its matches, and where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from marshmallow import ValidationError, post_load, validates_schema
from marshmallow.class_registry import get_class

from schemas.drafts import FieldDraft
from schemas.faults import shown
from schemas.filters import MAKES_NUMBERS, FilterSchema
from schemas.numbers import Whole
from schemas.plan import IMAGE, LINK, TEXT
from schemas.strict import Many, Nested, StrictSchema
from schemas.values import Text

MOST_ATTRS: Final = 100
MOST_FILTERS: Final = 50
LONGEST_NAME: Final = 200  # characters

DEFAULT_ATTRS: Final = {IMAGE: ("src", "alt"), TEXT: ("text",), LINK: ("href", "text")}
"""What is taken when a field of that type names no attrs."""

_NO_ATTR = re.compile(r"[\x00-\x20\x7f\"'<>/=]")
"""What an HTML attribute's name can't hold (HTML standard, section 13.1.2.3)."""


class AttrField(Text):
    """What is taken of a match: the name of an HTML attribute, or one that is no attribute."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        name = super()._deserialize(value)
        if _NO_ATTR.search(name):
            raise ValidationError(
                f"{shown(name)} can't be an attribute: write `text`, `innerText`, `image`, "
                "`outerHtml`, `path` or the name of an HTML attribute, without blanks."
            )
        return name


def _details() -> StrictSchema:
    # A collection holds fields and a field a collection: one of the two is found by its name.
    return cast("type[StrictSchema]", get_class("schemas.collection.DetailsSchema"))()


class FieldSchema(StrictSchema):
    """What to take from each block of a page."""

    name = Text(
        required=True,
        least=1,
        most=LONGEST_NAME,
        cure='Give the field a name, for example "name": "Title".',
        metadata={"description": "Record keys begin with it: `Title_text`."},
    )
    selector = Text(
        required=True,
        least=1,
        cure='Give the CSS selector of what to take, or "." for the block itself.',
        metadata={
            "description": "CSS, `.` for the block itself, `xpath:` and an expression, or what the "
            "page says: `jsonld:Product.name`, `microdata:Product.name`, `meta:og:title`, "
            "`page:url`, `const:text`."
        },
    )
    kind = Whole(
        IMAGE,
        LINK,
        data_key="type",
        load_default=TEXT,
        metadata={
            "description": "0 image, 1 text, 2 link: which attrs are taken if none are named."
        },
    )
    attrs = Many(
        AttrField(least=1, most=LONGEST_NAME),
        most=MOST_ATTRS,
        least=1,
        metadata={
            "description": "`text`, `innerText`, `markdown`, `image`, `outerHtml`, `table`, "
            "`pairs`, `path`, or the name of any HTML attribute."
        },
    )
    filters = Many(
        Nested(FilterSchema),
        most=MOST_FILTERS,
        metadata={"description": "What is done to each text, one filter after the other."},
    )
    details = Nested(
        _details,
        metadata={"description": "What to take from the pages that its links (`href`) lead to."},
    )

    @validates_schema
    def _check_order(self, data: Mapping[str, Any], **_: object) -> None:
        """Refuse the first filter behind one whose values are no texts any more."""
        made = ""
        for index, one in enumerate(data.get("filters", ())):
            if made and one.name != "normal":
                detail = (
                    f"`{made}` makes numbers of texts, and `{one.name}` can't follow: swap them."
                )
                raise ValidationError({"filters": {index: {"name": [detail]}}})
            made = made or (one.name if one.name in MAKES_NUMBERS else "")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> FieldDraft:
        return FieldDraft(
            name=data["name"],
            selector=data["selector"],
            kind=data["kind"],
            attrs=tuple(data.get("attrs") or DEFAULT_ATTRS[data["kind"]]),
            filters=tuple(data.get("filters", ())),
            details=data.get("details"),
        )


def doubled(fields: Iterable[object]) -> dict[int, dict[str, list[str]]]:
    """Return the faults of names and record keys that come twice among ``fields`` as sent.

    Each field gives the keys ``<name>_<attr>`` and, with details, ``<name>_details``. Two fields
    called otherwise can still meet in a key: ``a`` with ``b_c`` and ``a_b`` with ``c``.
    """
    faults: dict[int, dict[str, list[str]]] = {}
    names: set[str] = set()
    keys: set[str] = set()
    for index, field in enumerate(fields):
        if not isinstance(field, Mapping) or not isinstance(name := field.get("name"), str):
            continue
        if name in names:
            detail = f"Another field of this collection is called {shown(name)}: rename one."
            faults[index] = {"name": [detail]}
            continue
        own = list(_keys(name, field))
        twice = [key for n, key in enumerate(own) if key in keys or key in own[:n]]
        if twice:
            detail = f"The record key {shown(twice[0])} is made twice: rename the field or attr."
            faults[index] = {"attrs": [detail]}
        names.add(name)
        keys.update(own)
    return faults


def _keys(name: str, field: Mapping[str, object]) -> Iterator[str]:
    attrs = field.get("attrs")
    if isinstance(attrs, list):
        yield from (f"{name}_{attr}" for attr in attrs[:MOST_ATTRS] if isinstance(attr, str))
    else:
        kind = str(field.get("type", TEXT))
        defaults = {str(number): names for number, names in DEFAULT_ATTRS.items()}
        yield from (f"{name}_{attr}" for attr in defaults.get(kind, ()))
    if "details" in field:
        yield f"{name}_details"
