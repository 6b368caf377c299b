"""How values become text: JSON as it was sent, and the pieces of the docs page."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`]+)`")


class Json(DefaultJSONProvider):
    """JSON in the order of its making, UTF-8; quick, but for what only the careful writer knows."""

    sort_keys = False
    ensure_ascii = False
    compact = True

    def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ANN401 - as Flask asks for it
        """Return ``obj`` as text."""
        try:
            return orjson.dumps(obj).decode()
        except TypeError:  # such as whole numbers beyond 64 bits
            return super().dumps(obj, **kwargs)


def schema_name(schema: dict[str, Any]) -> str:
    """Return the name of the component that ``schema`` refers to, ``""`` for none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def kind(schema: dict[str, Any]) -> str:
    """Say in a few words what values ``schema`` allows."""
    if name := schema_name(schema):
        return name
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    for key in ("anyOf", "allOf"):
        if key in schema:
            return " or ".join(kind(part) for part in schema[key])
    if schema.get("type") == "array":
        return f"array of {kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def prose(text: str) -> Markup:
    """Return ``text`` with its `code` marked up and its blank lines as paragraphs."""
    marked = _CODE.sub(r"<code>\1</code>", str(escape(text.strip())))
    return Markup("</p><p>".join(marked.split("\n\n")))  # noqa: S704 - escaped above


def install(app: Flask) -> None:
    """Let ``app`` write JSON our way, and know the page's filters."""
    app.json = Json(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(schema_name=schema_name, kind=kind, prose=prose)
