"""What calls take, as JSON Schema: payloads, and the bodies of the single calls about one page."""

from __future__ import annotations

from typing import Any, Final

from schemas import registry
from schemas.captures import LONGEST_SIDE, MARGIN, SIZES
from schemas.serp import INCLUDES

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean", "default": False}


def _note(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _number(low: float, high: float, default: float, kind: str = "number") -> Schema:
    return {"type": kind, "minimum": low, "maximum": high, "default": default}


def _margin() -> Schema:
    return {**_number(0, 50, MARGIN), "description": "Inches."}


def _body(required: tuple[str, ...] = ("url",), **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


_REQUEST: Final[Schema] = {
    "url": {**_TEXT, "description": "The page, http or https."},
    "proxy": {**_TEXT, "description": "`country-any`, or `country-` and two letters."},
    "waitDelay": {**_number(0, 60, 0), "description": "Seconds after the page is quiet."},
    "actions": {"type": "array", "items": {"type": "object"}},
    "output": {
        "enum": ["buffer", "file"],
        "default": "buffer",
        "description": "`file`: the answer is a link.",
    },
    "ignoreHTTPStatusErrCodes": {**_FLAG, "description": "Take an error page for a page."},
    "headers": {"type": "object"},
    "cookies": {"type": "object"},
    "initialCookies": {
        "oneOf": [{"type": "array", "items": {"type": "object"}}, {"type": "string"}],
        "description": "As a browser's cookie extension exports them.",
    },
    "ignoreRobots": _FLAG,
    "retries": {"type": "integer", "minimum": 0, "maximum": 20},
    "timeout": {"type": "number", "minimum": 0.1, "maximum": 60, "description": "Seconds."},
}

_PAYLOAD: Final[Schema] = {
    "type": "object",
    "description": "What to extract, and how: a collection scheme, or an engine and a query.",
    "properties": {
        "name": _TEXT,
        "request": {
            "type": "object",
            "description": "How pages are fetched; the single calls take the same members.",
            "properties": {
                "url": _note(_TEXT, "The start page, http or https."),
                "type": _note(_TEXT, "`base`, or `chrome` for pages that need a browser."),
            },
        },
        "commonParent": _note(_TEXT, "CSS selector of the block of one record."),
        "fields": {"type": "array", "items": {"$ref": "#/components/schemas/Field"}},
        "paginator": {
            "type": "object",
            "description": "How to go on to the next pages, up to `pageNum` in all.",
            "properties": {
                "nextPageSelector": _note(_TEXT, "Of the link to the next page."),
                "type": _note(_TEXT, "`scroll` or `click` (Chrome), in place of a link."),
                "selector": _note(_TEXT, "Of the element to click."),
                "pageNum": {"type": "integer", "minimum": 1},
            },
        },
        "path": _note({"type": "boolean"}, "These pages only lead to the details of their fields."),
        "engine": _note(_TEXT, "In place of selectors. One of " + ", ".join(registry.SERP_ENGINES)),
        "q": _note(_TEXT, "What to ask the engine."),
        "country": _note(_TEXT, "Two letters, as in `us`."),
        "language": _note(_TEXT, "As in `en` or `pt-BR`."),
        "pageNum": {"type": "integer", "minimum": 1},
        "include": {"type": "array", "items": {"enum": list(INCLUDES)}},
        "format": _note(
            _TEXT, "One of " + ", ".join((*registry.OUTPUTS, *registry.FORMAT_ALIASES))
        ),
    },
}

_FIELD: Final[Schema] = {
    "type": "object",
    "description": "What to take from each block of a page.",
    "required": ["name", "selector"],
    "properties": {
        "name": _TEXT,
        "selector": _note(_TEXT, "CSS, `.` for the block itself, or `xpath:` and an expression."),
        "type": {"description": "0 image, 1 text, 2 link."},
        "attrs": {"type": "array", "items": _TEXT, "description": "`text`, `href`, …"},
        "filters": {"type": "array", "items": {"type": "object"}},
        "details": _note(
            {"$ref": "#/components/schemas/Payload"},
            "What to take from the pages that the links lead to.",
        ),
    },
}

BODIES: Final[Schema] = {
    "Payload": _PAYLOAD,
    "Field": _FIELD,
    "Fetch": _body(
        **_REQUEST,
        type={"enum": ["base", "chrome"], "default": "base"},
        images={**_FLAG, "description": "Load images, fonts and media too (Chrome)."},
        method={"enum": ["GET", "POST"]},
        formData={"type": "object"},
    ),
    "Pdf": _body(
        **_REQUEST,
        paperSize={"enum": list(SIZES), "default": "A4"},
        landscape=_FLAG,
        marginTop=_margin(),
        marginRight=_margin(),
        marginBottom=_margin(),
        marginLeft=_margin(),
        scale=_number(0.1, 5, 1),
        pageRanges={**_TEXT, "description": "`1-4, 6, 10-12`; empty: all pages."},
        printBackground=_FLAG,
        printHeaderFooter={**_FLAG, "description": "Date, title, URL, page numbers."},
        headerTemplate={**_TEXT, "description": "HTML; see the guide."},
        footerTemplate=_TEXT,
    ),
    "Screenshot": _body(
        **_REQUEST,
        format={"enum": ["png", "jpeg", "jpg"], "default": "png"},
        quality={**_number(0, 100, 80, "integer"), "description": "Of a JPEG."},
        fullPage=_FLAG,
        clipSelector={**_TEXT, "description": "The element to show; CSS."},
        offsetx=_number(0, 100_000, 0, "integer"),
        offsety=_number(0, 100_000, 0, "integer"),
        width=_number(1, LONGEST_SIDE, 800, "integer"),
        height=_number(1, LONGEST_SIDE, 600, "integer"),
        scale=_number(0.1, 3, 1),
    ),
}
"""Schema by name."""
