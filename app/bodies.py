"""The bodies of the single calls that are about one page, as JSON Schema."""

from __future__ import annotations

from typing import Any, Final

from schemas.captures import LONGEST_SIDE, MARGIN, SIZES

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean", "default": False}


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

BODIES: Final[Schema] = {
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
