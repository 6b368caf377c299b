"""Watches one page's network: what is under way, how much came, and which document is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.async_api import CDPSession

Event = dict[str, Any]
Headers = tuple[tuple[str, str], ...]

ENDLESS = frozenset(("EventSource", "WebSocket", "WebTransport", "Ping", "Media", "Prefetch"))
"""Kinds of request that stay open, or that no record waits for: silence does not need their end."""

DATA = frozenset(("XHR", "Fetch", "Script"))
"""Kinds whose arrival makes a page do more."""

STALE = frozenset(("content-encoding", "content-length", "transfer-encoding", "content-type"))
"""Fields that describe the bytes as they travelled; a browser gives its document back as UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The answer to a navigation of the main frame. ``url`` is the one after redirects.

    ``charset`` is what its Content-Type names; a page of HTML may name one itself.
    """

    url: str
    status: int
    headers: Headers
    kind: str = "text/html"
    request: str = ""
    charset: str = ""

    @property
    def is_html(self) -> bool:
        """Whether the browser's own tree is the page; of others it shows some viewer's."""
        return self.kind in ("text/html", "application/xhtml+xml", "")

    @property
    def is_page(self) -> bool:
        """Whether it is one to be shown, and not to be saved as a file."""
        disposition = dict(self.headers).get("content-disposition", "")
        return self.is_html and not disposition.lower().startswith("attachment")


def headers_of(fields: dict[str, str], kind: str) -> Headers:
    """Return CDP's headers (repeats joined by line feeds), fit for a body in UTF-8."""
    pairs = [
        (name.lower(), value)
        for name, joined in fields.items()
        for value in joined.split("\n")
        if name.lower() not in STALE
    ]
    return (*pairs, ("content-type", f"{kind or 'text/html'}; charset=utf-8"))


class Listener(Protocol):
    """Hears what becomes of a page."""

    def document_shown(self) -> None:
        """The main frame shows another document."""

    def document_too_long(self) -> None:
        """The document and all that it loads are longer than the budget."""

    def document_cut(self, error: str) -> None:
        """The rest of the document did not come; ``error`` is Chromium's name for why."""


class Traffic:
    """One page's network events. ``budget`` is a document's, in bytes; ``clock`` gives seconds.

    ``staying``: the main frame is kept from leaving its document. ``stunted``: it tried before the
    document was built to its end.
    """

    def __init__(self, budget: int, listener: Listener, clock: Callable[[], float]) -> None:
        self.decoded = self.wire = 0
        self.ready = self.loaded = self.staying = self.stunted = False
        self.documents = 0
        self.main_frame = ""
        self.document: Document | None = None
        self.answered: Document | None = None
        self._budget, self._listener, self._clock = budget, listener, clock
        self._pending: dict[str, str] = {}
        self._seen: dict[str, Document] = {}
        self._cut: dict[str, str] = {}
        self._last = clock()
        self._data = False

    async def attach(self, session: CDPSession) -> None:
        """Begin to listen. The page must not have navigated yet."""
        for name, handler in (
            ("Network.requestWillBeSent", self.on_request),
            ("Network.responseReceived", self.on_response),
            ("Network.dataReceived", self.on_data),
            ("Network.loadingFinished", self.on_end),
            ("Network.loadingFailed", self.on_failed),
            ("Page.frameNavigated", self.on_navigated),
            ("Page.domContentEventFired", self.on_ready),
            ("Page.loadEventFired", self.on_loaded),
        ):
            session.on(name, handler)
        await asyncio.gather(session.send("Network.enable"), session.send("Page.enable"))

    def quiet_for(self) -> float:
        """Seconds since anything happened; 0 while a request is under way."""
        return 0.0 if self._pending else self._clock() - self._last

    @property
    def had_data(self) -> bool:
        """Whether the last thing that ended was a script or data, after which pages go on."""
        return self._data

    def on_request(self, event: Event) -> None:
        """Note a request, or a redirect of one."""
        kind = event.get("type", "")
        if kind == "Document" and not self.main_frame:
            self.main_frame = event.get("frameId", "")
        if self.staying and kind == "Document" and event.get("frameId") == self.main_frame:
            return  # It leads nowhere any more.
        if kind in ENDLESS or event["request"]["url"].startswith(("data:", "blob:")):
            return
        self._last = self._clock()
        self._data = self._data or kind in DATA
        self._pending[event["requestId"]] = event.get("loaderId", "")

    def on_response(self, event: Event) -> None:
        """Keep the main frame's answers; which of them is shown is known when it is committed."""
        if event.get("type") != "Document" or event.get("frameId") != self.main_frame:
            return
        answer = event["response"]
        self.answered = self._seen[event["loaderId"]] = Document(
            url=answer["url"],
            status=int(answer["status"]),
            headers=headers_of(answer.get("headers", {}), answer.get("mimeType", "")),
            kind=answer.get("mimeType", ""),
            request=event["requestId"],
            charset=answer.get("charset", ""),
        )

    def on_data(self, event: Event) -> None:
        """Count the bytes."""
        self._last = self._clock()
        self.decoded += event.get("dataLength", 0)
        if self.decoded > self._budget:
            self._listener.document_too_long()

    def on_end(self, event: Event) -> None:
        """A request ended, well or not; only here is known how many bytes travelled for it."""
        self.wire += int(event.get("encodedDataLength", 0))
        if self._pending.pop(event["requestId"], None) is not None:
            self._last = self._clock()

    def on_failed(self, event: Event) -> None:
        """A request failed. That of the document itself leaves half a page; others leave gaps."""
        self.on_end(event)
        if event.get("type") != "Document":
            return
        if not event.get("canceled"):
            self._cut[event["requestId"]] = event.get("errorText", "")
            self._report_cut()
        elif self.staying and event["requestId"] not in self._seen:
            # Chromium builds no more of a document that has begun to lead on.
            self.stunted = self.stunted or not self.ready
            self.ready = self.loaded = True

    def _report_cut(self) -> None:
        shown = self.document
        if shown is not None and shown.request in self._cut:
            self._listener.document_cut(self._cut[shown.request])

    def on_navigated(self, event: Event) -> None:
        """The main frame shows another document: what the last one still awaited is void."""
        frame = event["frame"]
        if frame.get("parentId"):
            return
        loader = frame.get("loaderId", "")
        self._pending = {key: owner for key, owner in self._pending.items() if owner == loader}
        self.document = self._seen.get(loader, self.document)
        self._seen.clear()
        self.ready = self.loaded = self.stunted = self._data = False
        self.decoded = 0
        self.documents += 1
        self._last = self._clock()
        self._listener.document_shown()
        self._report_cut()

    def on_ready(self, _event: Event) -> None:
        """The DOM is built; a script may do that anew and anew."""
        self._last = self._last if self.ready else self._clock()
        self.ready = True

    def on_loaded(self, _event: Event) -> None:
        """The load event fired."""
        self._last = self._last if self.loaded else self._clock()
        self.loaded = True
