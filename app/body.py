"""Reads what a call carries: its JSON body, the name of a results file, an idempotency key.

The body is always taken with ``get_data``: ``request.form`` would eat it when it comes with the
type that curl gives it by default, and would refuse it above 500 kB.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from flask import Request, request
from werkzeug.exceptions import HTTPException

from schemas import strict_json
from schemas.json_schema import OneOf, PlainComponent
from schemas.problem import Fault, Invalid
from schemas.strict import NO_OBJECT
from workers.errors import BodyTooLarge, NotFound, RequestTooSlow, UnsupportedMedia

MAX_KEY = 255  # characters of an Idempotency-Key
NO_NAME = (
    "The name of the results file is missing: send it as the body, or as "
    "/v1/getlink?file=NAME. A process object's `results` holds it."
)
RESULTS_NAME: Final = OneOf(
    component="ResultsName",
    description="The file's name, or an object such as a process that holds it.",
    forms=(
        PlainComponent(component="FileName", schema={"type": "string"}),
        PlainComponent(
            component="ResultsHolder",
            schema={
                "type": "object",
                "required": ["results"],
                "properties": {"results": {"type": "string"}},
            },
        ),
    ),
)
_PLAIN = {"", "application/x-www-form-urlencoded", "text/plain", "text/json"}


def most_body(call: Request) -> int:
    """Return how many bytes the call's body may have.

    Werkzeug cuts a body sent in chunks at its limit without a word; the one byte more shows.
    """
    return (call.max_content_length or 0) - 1


def _raw(call: Request) -> bytes:
    """Return the body's bytes; ``UnsupportedMedia`` for what can't be JSON text."""
    kind = call.mimetype
    if call.content_encoding not in {None, "", "identity"}:
        raise UnsupportedMedia("The request body must not be compressed.")
    body = _whole(call)
    if len(body) > most_body(call):
        raise BodyTooLarge
    known = kind in _PLAIN or kind == "application/json" or kind.endswith("+json")
    if body and not known:
        raise UnsupportedMedia(f"The request body must be JSON (application/json), not {kind}.")
    return body


def _whole(call: Request) -> bytes:
    """Return what was sent; ``Invalid`` for chunks that are none, or that break off."""
    try:
        return call.get_data()
    except (HTTPException, RequestTooSlow):
        raise
    except Exception as error:  # each server has errors of its own for it
        broken = "The request body is broken: its chunks or its length are not what they say."
        raise Invalid([Fault("", broken)], broken) from error


def read_json() -> object:
    """Return the JSON value of the body; ``Invalid`` when there is none or it can't be read."""
    body = _raw(request)
    if not body.strip():
        raise Invalid([Fault("", "Send a JSON object as the body.")], "The body is missing.")
    return strict_json.loads(body)


def read_json_if_any() -> object:
    """Return the JSON value of the body, None for a body that is empty; ``Invalid`` as above.

    ``null`` itself is refused: it would be taken for nothing.
    """
    body = _raw(request)
    if not body.strip():
        return None
    value = strict_json.loads(body)
    if value is None:
        raise Invalid([Fault("", NO_OBJECT)])
    return value


def read_results_name() -> str:
    """Return the results file name: `?file=`, raw body, JSON string, or an object's results."""
    given = request.args.get("file", "").strip()
    name = given or _name_in(_raw(request))
    if not name:
        raise Invalid([Fault("", NO_NAME)], NO_NAME)
    if not name.isprintable():
        raise NotFound("There is no results file with this name.")
    return name


def _name_in(body: bytes) -> str:
    """Return the name that the body holds, ``""`` for none."""
    text = body.strip()
    if text[:1] not in {b"{", b'"', b"["}:
        return _unescaped(text.decode("utf-8", "replace"))
    value = strict_json.loads(text)
    if isinstance(value, dict):
        value = value.get("results", "")
    if not isinstance(value, str):
        raise Invalid([Fault("/results", "must be the file's name, a string")], NO_NAME)
    return value.strip()


def _unescaped(text: str) -> str:
    """Undo what ``curl --data-urlencode`` did; names of ours hold no percent sign."""
    text = text.removeprefix("file=").removeprefix("results=")
    return unquote(text, errors="replace").strip()


def read_idempotency_key() -> str | None:
    """Return the ``Idempotency-Key`` header; 1 to 255 printable ASCII characters, or None."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    key = key.strip()
    if not 1 <= len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        detail = f"must be 1 to {MAX_KEY} printable ASCII characters"
        raise Invalid([Fault("/Idempotency-Key", detail)], f"Idempotency-Key {detail}.")
    return key
