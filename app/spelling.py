"""Brings every accepted spelling of a URL to the one that is routed, without redirects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NOUN = re.compile(r"^/v1/(task|process|deliver)(?:s|es|y|ies)?(?=/|$)", re.IGNORECASE)
_NOUNS = {"task": "task", "process": "process", "deliver": "delivery"}
_LISTS = {"/v1/task": "/v1/tasks", "/v1/process": "/v1/processes"}
_SLASHES = re.compile("//+")
_GLUED = re.compile(r"^(/v1/task/[0-9A-Za-z]{27})delete$")


def canonical(path: str) -> str:
    """Return the path that is routed: singular nouns in lower case, no slash doubled or trailing.

    The published curl line for deleting lacks the slash before ``delete``; it is put in.
    """
    path = _SLASHES.sub("/", path).rstrip("/") or "/"
    path = _NOUN.sub(lambda found: f"/v1/{_NOUNS[found[1].lower()]}", path)
    path = _GLUED.sub(r"\1/delete", path)
    return _LISTS.get(path, path)


class Spelling:
    """WSGI middleware that gives the application canonical paths only."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve one call."""
        environ["PATH_INFO"] = canonical(environ.get("PATH_INFO") or "/")
        return self._inner(environ, start)
