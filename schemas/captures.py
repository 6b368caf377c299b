"""A payload that asks for one page as a document instead of records: content, PDF or image.

``{"capture": "pdf", "url": …}``; the members are those that the vendor's single calls take.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load, validates_schema

from schemas.faults import shown
from schemas.fields import LONGEST_NAME
from schemas.numbers import Number, Whole
from schemas.plan import Capture, Collection, Content, Paper, Picture, Plan
from schemas.registry import FETCHERS
from schemas.requests import RequestSchema, make_request
from schemas.strict import StrictSchema
from schemas.values import Flag, PassedOver, Refused, Text, Url, Word

MM: Final = 1 / 25.4  # inches
SIZES: Final[Mapping[str, tuple[float, float]]] = {
    "A0": (841 * MM, 1189 * MM),
    "A1": (594 * MM, 841 * MM),
    "A2": (420 * MM, 594 * MM),
    "A3": (297 * MM, 420 * MM),
    "A4": (210 * MM, 297 * MM),
    "A5": (148 * MM, 210 * MM),
    "A6": (105 * MM, 148 * MM),
    "Letter": (8.5, 11.0),
    "Legal": (8.5, 14.0),
    "Tabloid": (11.0, 17.0),
    "Ledger": (17.0, 11.0),
}
"""Paper by name: width and height in inches, upright (ISO 216, ANSI/ASME Y14.1)."""

MARGIN: Final = 0.4  # inches, of each side that the payload says nothing of
LONGEST_TEMPLATE: Final = 20_000  # characters
LONGEST_SIDE: Final = 10_000  # CSS pixels of a rectangle
FARTHEST: Final = 100_000  # CSS pixels from the page's corner
MOST_PIXELS: Final = 80_000_000  # of an image
_RANGE = re.compile(r"\s*([1-9][0-9]{0,5})(?:\s*-\s*([1-9][0-9]{0,5}))?\s*")


class _CaptureSchema(RequestSchema):
    """What all of them take: a request, laid out flat, and a name for the log."""

    url = Url(
        required=True,
        cure="Say which page: give its URL.",
        metadata={"description": "The page, http or https."},
    )
    name = Text(most=LONGEST_NAME, metadata={"description": "For the log."})
    pierce = Refused("No selector looks at this page: remove this member.")  # type: ignore[assignment]  # the base's has a value

    @post_load
    def _freeze(self, data: dict[str, Any], **options: object) -> Any:  # noqa: ANN401 - a plan, not its base's dict
        wishes = super()._freeze(data, **options)
        request = make_request({name: wishes[name] for name in wishes.keys() & _WISHES})
        top = Collection(index=0, name=data.get("name", ""), request=request, fields=())
        return Plan(name=top.name, format="", collections=(top,), capture=self._made(data))

    def _made(self, _data: Mapping[str, Any]) -> Capture:
        return Content()


_WISHES: Final = frozenset(RequestSchema().fields)


class ContentCaptureSchema(_CaptureSchema):
    """A page's content as it was fetched; in Chrome, as it was shown."""

    capture = Word(("content",), required=True)
    form = Word(
        ("html", "text", "markdown"),
        component="ContentForm",
        data_key="as",
        load_default="html",
        metadata={
            "description": "`html`: as it came; `text`: what a reader sees of it; `markdown`: its "
            "main content as Markdown."
        },
    )
    whole = Flag(
        load_default=False,
        metadata={"description": "Markdown of the whole page, menus and all."},
    )

    @validates_schema
    def _check_form(self, data: Mapping[str, Any], **_: object) -> None:
        if data["whole"] and data["form"] != "markdown":
            detail = 'Only Markdown leaves anything out: add "as": "markdown", or remove this.'
            raise ValidationError({"whole": [detail]})

    def _made(self, data: Mapping[str, Any]) -> Capture:
        return Content(form=data["form"], whole=data["whole"])


class _BrowserSchema(_CaptureSchema):
    """What only a browser makes; it loads all that belongs to the page's looks."""

    fetcher = Word(FETCHERS.keys() - {"base"}, data_key="type", load_default="chrome")
    images = Flag(load_default=True, metadata={"description": "Load images, fonts and media too."})


class RangesField(Text):
    """``1-4, 6, 10-12``; an empty string is every page."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        text = super()._deserialize(value).strip()
        for part in text.split(",") if text else ():
            found = _RANGE.fullmatch(part)
            if found is None or (found[2] and int(found[1]) > int(found[2])):
                raise ValidationError(
                    f"{shown(part.strip())} is no range of pages: write `1-4, 6, 10-12`."
                )
        return text


class PdfCaptureSchema(_BrowserSchema):
    """A page as a PDF."""

    capture = Word(("pdf",), required=True)
    size = Word(
        {name: name for name in SIZES},
        component="PaperSize",
        data_key="paperSize",
        load_default="A4",
    )
    landscape = Flag(load_default=False)
    top = Number(0, 50, unit="inches", data_key="marginTop", load_default=MARGIN)
    right = Number(0, 50, unit="inches", data_key="marginRight", load_default=MARGIN)
    bottom = Number(0, 50, unit="inches", data_key="marginBottom", load_default=MARGIN)
    left = Number(0, 50, unit="inches", data_key="marginLeft", load_default=MARGIN)
    scale = Number(0.1, 5, load_default=1.0)
    ranges = RangesField(
        data_key="pageRanges",
        load_default="",
        most=1_000,
        metadata={"description": "`1-4, 6, 10-12`; empty: all pages."},
    )
    background = Flag(data_key="printBackground", load_default=False)
    running = Flag(
        data_key="printHeaderFooter",
        metadata={"description": "Date, title, URL, page numbers; on if there is a template."},
    )
    header = Text(
        data_key="headerTemplate",
        most=LONGEST_TEMPLATE,
        metadata={"description": "HTML at the top of each page."},
    )
    footer = Text(
        data_key="footerTemplate",
        most=LONGEST_TEMPLATE,
        metadata={"description": "HTML at the bottom of each page."},
    )

    @validates_schema
    def _check_room(self, data: Mapping[str, Any], **_: object) -> None:
        width, height = _held(data)
        detail = "The margins leave nothing of the paper: make them smaller."
        if data["left"] + data["right"] >= width:
            raise ValidationError({"marginLeft": [detail]})
        if data["top"] + data["bottom"] >= height:
            raise ValidationError({"marginTop": [detail]})

    def _made(self, data: Mapping[str, Any]) -> Paper:
        width, height = _held(data)
        given = "header" in data or "footer" in data
        return Paper(
            width=width,
            height=height,
            margins=(data["top"], data["right"], data["bottom"], data["left"]),
            scale=data["scale"],
            ranges=data["ranges"],
            background=data["background"],
            running=data.get("running", given),
            header=data.get("header", "" if given else None),
            footer=data.get("footer", "" if given else None),
        )


def _held(data: Mapping[str, Any]) -> tuple[float, float]:
    """Return the width and height of the paper as it is held."""
    width, height = SIZES[data["size"]]
    return (height, width) if data["landscape"] else (width, height)


class ScreenshotCaptureSchema(_BrowserSchema):
    """An image of a page: of all of it, of one element, or of a rectangle in CSS pixels."""

    capture = Word(("screenshot",), required=True)
    format = Word(
        {"png": "png", "jpeg": "jpeg", "jpg": "jpeg"}, component="ImageFormat", load_default="png"
    )
    quality = Whole(0, 100, load_default=80, metadata={"description": "Of a JPEG."})
    full_page = Flag(data_key="fullPage", load_default=False)
    selector = Text(
        data_key="clipSelector",
        load_default="",
        metadata={"description": "CSS selector of the element to show."},
    )
    left = Whole(0, FARTHEST, data_key="offsetx", load_default=0)
    top = Whole(0, FARTHEST, data_key="offsety", load_default=0)
    width = Whole(1, LONGEST_SIDE, load_default=800)
    height = Whole(1, LONGEST_SIDE, load_default=600)
    scale = Number(0.1, 3, load_default=1.0)
    print_background = PassedOver(data_key="printBackground")

    @validates_schema
    def _check_one_clip(self, data: Mapping[str, Any], **_: object) -> None:
        if data["full_page"] and data["selector"].strip():
            detail = "A picture is of the full page or of one element: leave one of them out."
            raise ValidationError({"clipSelector": [detail]})

    @validates_schema
    def _check_size(self, data: Mapping[str, Any], **_: object) -> None:
        rectangle = not data["full_page"] and not data["selector"].strip()
        if rectangle and data["width"] * data["height"] * data["scale"] ** 2 > MOST_PIXELS:
            detail = f"The image would have more than {MOST_PIXELS} pixels: make it smaller."
            raise ValidationError({"width": [detail]})

    def _made(self, data: Mapping[str, Any]) -> Picture:
        names = set(Picture.__dataclass_fields__)
        given = {name: value for name, value in data.items() if name in names}
        return Picture(**given | {"selector": data["selector"].strip()})


KINDS: Final[Mapping[str, StrictSchema]] = {
    "content": ContentCaptureSchema(),
    "pdf": PdfCaptureSchema(),
    "screenshot": ScreenshotCaptureSchema(),
}
"""What ``capture`` may ask for."""

KIND_OF: Final = {Content: "content", Paper: "pdf", Picture: "screenshot"}


_KIND: Final = Word(KINDS.keys())


def schema_for(kind: object) -> StrictSchema:
    """Return the schema of a payload whose ``capture`` is ``kind``; raises ``ValidationError``."""
    try:
        return KINDS[_KIND.deserialize(kind)]
    except ValidationError as error:
        raise ValidationError({"capture": error.messages}) from error
