"""Changes one page's requests on their way out: method, form and headers of its first navigation.

Only documents (where there is something to change) and media (where they are not wanted) are held
up at all, for each request that is costs a round trip to this process.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode, urlsplit

from playwright.async_api import CDPSession

from workers.fetchers.base import FetchRequest

Event = dict[str, Any]
Spawn = Callable[[Coroutine[Any, Any, Any]], None]

OURS = frozenset(
    ("host", "connection", "content-length", "transfer-encoding", "cookie", "user-agent",
     "proxy-authorization", "proxy-connection", "accept-encoding"),
)  # fmt: skip
"""Fields that the browser alone decides on, or that are set in another way."""


def header(request: FetchRequest, name: str) -> str:
    """Return the last value of the request's header ``name`` (lower case), or an empty string."""
    values = [value for key, value in request.headers if key.lower() == name]
    return values[-1] if values else ""


def merged(own: dict[str, str], extra: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    """Return the browser's headers with ``extra`` put over them, as CDP takes them."""
    names = {name.lower() for name, _ in extra}
    kept = [(name, value) for name, value in own.items() if name.lower() not in names]
    return [{"name": name, "value": value} for name, value in (*kept, *extra)]


class Intercept:
    """The changes for one request. ``spawn`` starts a coroutine without waiting for it."""

    def __init__(self, session: CDPSession, request: FetchRequest, spawn: Spawn) -> None:
        self._session, self._spawn = session, spawn
        self._host = urlsplit(request.url).netloc.rpartition("@")[2].lower()
        self._method = "POST" if request.form_data and request.method == "GET" else request.method
        self._form = urlencode(request.form_data).encode() if request.form_data else b""
        self._extra = tuple(pair for pair in request.headers if pair[0].lower() not in OURS)
        if self._form:
            self._extra += (("Content-Type", "application/x-www-form-urlencoded"),)
        self._media = request.images
        self._first = self._stays = ""

    @property
    def changes(self) -> bool:
        """Whether the first navigation goes out otherwise than the browser would send it."""
        return bool(self._extra or self._form or self._method != "GET")

    async def attach(self) -> None:
        """Begin to intercept."""
        self._session.on("Fetch.requestPaused", lambda event: self._spawn(self._paused(event)))
        await self._enable()

    async def stay(self, frame: str) -> None:
        """Let ``frame`` go to no other document; an empty text: let every frame go."""
        self._stays = frame
        await self._enable()

    async def _enable(self) -> None:
        kinds = [] if self._media else ["Media"]
        kinds += ["Document"] if self.changes or self._stays else []
        if kinds:
            patterns = [{"urlPattern": "*", "resourceType": kind} for kind in kinds]
            await self._session.send("Fetch.enable", {"patterns": patterns})
        else:
            await self._session.send("Fetch.disable")

    async def _paused(self, event: Event) -> None:
        where = {"requestId": event["requestId"]}
        if event.get("resourceType") == "Media":
            await self._refuse(where, "BlockedByClient")
        elif self._stays and event.get("frameId") == self._stays:
            # A navigation that is aborted, rather than failed, leaves what is shown in its place.
            await self._refuse(where, "Aborted")
        else:
            await self._session.send("Fetch.continueRequest", {**where, **self.change(event)})

    async def _refuse(self, where: Event, why: str) -> None:
        await self._session.send("Fetch.failRequest", {**where, "errorReason": why})

    def change(self, event: Event) -> Event:
        """Return what to change in a document's request: all of it is for the first one only.

        A redirect keeps the id of its request. Method and form are the first hop's; the headers go
        along to the same host, for they may hold credentials.
        """
        if not self.changes:
            return {}
        number = event.get("networkId", "")
        opening = not self._first
        self._first = self._first or number
        if number != self._first:
            return {}
        request = event["request"]
        if urlsplit(request["url"]).netloc.lower() != self._host:
            names = {name.lower() for name, _ in self._extra}
            own = {
                key: value for key, value in request["headers"].items() if key.lower() not in names
            }
            return {"headers": merged(own, ())}
        change: Event = {"headers": merged(request["headers"], self._extra)}
        if opening and self._method != "GET":
            change["method"] = self._method
        if opening and self._form:
            change["postData"] = base64.b64encode(self._form).decode("ascii")
        return change
