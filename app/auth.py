"""Who calls, and may they: API key → account and scopes."""

from __future__ import annotations

from flask import Request

from schemas.codes import SCOPES
from workers.errors import Forbidden, Unauthorized

NO_KEY = "No API Key provided"
ANY_SCOPE = "any"
"""What an operation asks for that every working key may call."""


def given_key(request: Request) -> str:
    """Return the API key of the call: ``api_key`` in the query, a bearer token, or ``X-Api-Key``.

    A blank one counts as none. The same key may come in several places; different ones are
    refused, for it would be a guess whom the call is for.
    """
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    found = {
        key.strip()
        for key in (
            *request.args.getlist("api_key"),
            *request.headers.getlist("X-Api-Key"),
            token if scheme.lower() == "bearer" else "",
        )
    } - {""}
    if not found:
        raise Unauthorized(NO_KEY)
    if len(found) > 1:
        raise Unauthorized("Invalid API key: the call carries several different ones")
    return found.pop()


def require(scope: str, granted: object) -> None:
    """Raise ``Forbidden`` unless ``scope`` is among those that the key was granted."""
    if scope == ANY_SCOPE:
        return
    if not isinstance(granted, list | tuple | set | frozenset) or scope not in granted:
        raise Forbidden(f"This API key lacks the scope {scope!r}: it may not {SCOPES[scope]}.")
