"""How a collection goes on: by a link to the next page, by scrolling, or by clicking for more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load, validates_schema

from schemas.numbers import Whole
from schemas.plan import Paginator
from schemas.strict import StrictSchema
from schemas.values import Text, Word

MOST_PAGES: Final = 2**31 - 1
"""What the page number's column holds; MAX_PAGES of the deployment ends a process before."""

KINDS: Final = ("next", "scroll", "click")
CHROME_KINDS: Final = frozenset({"scroll", "click"})

_SELECTOR_OF: Final = {"next": "nextPageSelector", "click": "selector"}


class PaginatorSchema(StrictSchema):
    """How to go on to the next pages."""

    kind = Word(
        KINDS,
        data_key="type",
        load_default="next",
        metadata={
            "description": "By a link to the next page, or (Chrome) by scrolling or clicking."
        },
    )
    next_page_selector = Text(
        data_key="nextPageSelector",
        least=1,
        cure="Give a CSS selector.",
        metadata={"description": "Of type `next`: CSS selector of the link."},
    )
    selector = Text(
        least=1,
        cure="Give a CSS selector.",
        metadata={"description": "Of type `click`: CSS selector of the element to click."},
    )
    page_num = Whole(
        1,
        MOST_PAGES,
        data_key="pageNum",
        load_default=1,
        metadata={"description": "How many pages in all."},
    )

    @validates_schema(pass_original=True)
    def _check_selector(
        self, data: Mapping[str, Any], original: Mapping[str, Any], **_: object
    ) -> None:
        needed = _SELECTOR_OF.get(data["kind"])
        faults = {
            name: [f"A paginator of type `{data['kind']}` takes no `{name}`: {_instead(needed)}."]
            for name in _SELECTOR_OF.values()
            if name in original and name != needed
        }
        if needed and needed not in original and not faults:
            faults[needed] = [f"Give here the CSS selector of what leads on ({_of(needed)})."]
        if faults:
            raise ValidationError(faults)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Paginator:
        selector = data.get("next_page_selector") or data.get("selector") or ""
        return Paginator(kind=data["kind"], selector=selector, page_num=data["page_num"])


def _instead(needed: str | None) -> str:
    return f"did you mean `{needed}`?" if needed else "remove it"


def _of(name: str) -> str:
    return "the link to the next page" if name == "nextPageSelector" else "the element to click"
