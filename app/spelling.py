"""Brings every accepted spelling of a URL to the one that is routed, without redirects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NOUN = re.compile(r"^/v1/(task|process|webhook|deliver)(?:s|es|y|ies)?(?=/|$)", re.IGNORECASE)
_NOUNS = {"task": "task", "process": "process", "webhook": "webhook", "deliver": "delivery"}
_PLURALS = (
    "/v1/tasks",
    "/v1/processes",
    "/v1/webhooks",
    "/v1/webhooks/sample",
    "/v1/webhooks/secret",
)
_OF_MANY = {_NOUN.sub(lambda found: f"/v1/{_NOUNS[found[1]]}", path): path for path in _PLURALS}
"""What is about no single one is routed in the plural."""

_SLASHES = re.compile("//+")
_GLUED = re.compile(r"^(/v1/task/[0-9A-Za-z]{27})delete$")


def canonical(path: str) -> str:
    """Return the path that is routed: singular nouns in lower case, no slash doubled or trailing.

    The published curl line for deleting lacks the slash before ``delete``; it is put in.
    """
    path = _SLASHES.sub("/", path).rstrip("/") or "/"
    path = _NOUN.sub(lambda found: f"/v1/{_NOUNS[found[1].lower()]}", path)
    path = _GLUED.sub(r"\1/delete", path)
    return _OF_MANY.get(path, path)


class Spelling:
    """WSGI middleware that gives the application canonical paths only."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve one call."""
        environ["PATH_INFO"] = canonical(environ.get("PATH_INFO") or "/")
        return self._inner(environ, start)
