"""Values of structured data as the texts that a record holds."""

from __future__ import annotations

from typing import Final

import orjson

from workers.extraction.structured.paths import ID, Node, local, types_of

_NAMES: Final = ("name", "headline", "url", "contentUrl", ID)
_ADDRESSES: Final = ("url", "contentUrl", "name", ID)
_MEDIA: Final = "Object"  # ImageObject, VideoObject: what is wanted of them is where they are


def text_of(value: object) -> str | None:
    """Return a single value as text; None for what says nothing.

    Numbers and booleans are spelt as JSON does. Of an object it is what it is called, or of a
    picture or film where it is; of one that has no name, its JSON.
    """
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return _called(value) or json_of(value)
    return None if value is None else json_of(value)


def json_of(value: object) -> str | None:
    """Return ``value`` as JSON; None if it goes deeper than the library writes (254 levels)."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return None


def _called(node: Node) -> str | None:
    media = any(name.endswith(_MEDIA) for name in types_of(node))
    own = {local(key): value for key, value in node.items()}
    for name in _ADDRESSES if media else _NAMES:
        value = own.get(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and first.strip():
            return first.replace("\0", "\ufffd")
    return None
