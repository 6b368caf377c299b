"""One visit to a page: open it, act on it, and take what it shows."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from dataclasses import replace

from playwright.async_api import Error

from schemas.plan import Paper, Picture
from workers import errors
from workers.extraction.charsets.declared import known
from workers.extraction.charsets.encoders import encode
from workers.extraction.decode import decode
from workers.extraction.marks import unmarked
from workers.extraction.sniff import is_xml
from workers.fetchers.base import FetchRequest, Response
from workers.fetchers.chrome import faults
from workers.fetchers.chrome.actions import PageActions
from workers.fetchers.chrome.capture import Capturer
from workers.fetchers.chrome.controls import Controls
from workers.fetchers.chrome.egress.proxy import is_denial
from workers.fetchers.chrome.markup import Markup
from workers.fetchers.chrome.paginate import Gatherer
from workers.fetchers.chrome.traffic import Document

NO_CONTENT, RESET_CONTENT = 204, 205
CHARSET_SECONDS = 2
MAYBE_XML = "<html><head></head><body><"
"""How the HTML of a feed begins that was sent as HTML: its own text is better read as XML."""


def read_anew(text: str, url: str) -> str:
    """Return a document that names no charset, and that the browser took for windows-1252.

    So it takes feeds, which it shows as plain text.
    """
    units = [unit for unit in encode(text, "windows-1252") if isinstance(unit, bytes)]
    return decode(b"".join(units), "text/plain", url) if len(units) == len(text) else text


class ChromeVisit:
    """Shows ``request`` on a page that is ready for it."""

    def __init__(self, controls: Controls, request: FetchRequest) -> None:
        self._controls, self._request = controls, request
        self._traffic = controls.traffic
        self._markup = Markup(controls, request.max_bytes, pierce=request.pierce)

    async def response(self) -> Response:
        """Return the page, or what was to be captured of it."""
        request, capturer = self._request, Capturer(self._controls, self._request.max_bytes)
        await capturer.prepare(request.capture)
        if not await self._open():
            return self._made("", self._traffic.answered)
        await self._act()
        if isinstance(request.capture, Paper | Picture):
            return self._captured(*await capturer.capture(request.capture))
        if request.paginator is not None and request.paginator.kind != "next":
            gatherer = Gatherer(self._controls, self._markup, request.max_bytes)
            snapshots = await gatherer.gather(request.paginator)
            shown = self._made(unmarked(snapshots[-1]), self._traffic.document)
            shown = replace(shown, snapshots=snapshots)
        else:
            shown = self._made(await self._body(), self._traffic.document)
        return replace(shown, charset=await self._charset())

    async def _open(self) -> bool:
        """Go to the address; False when the answer has no document to show."""
        page, limit = self._controls.page, self._controls.left()
        try:
            await page.goto(self._request.url, wait_until="commit", timeout=limit)
        except Error as error:
            await self._catch_up()
            if self._bodiless(error.message):
                return False
            if "interrupted by another navigation" not in error.message:
                raise
        await self._controls.ready()
        return True

    async def _catch_up(self) -> None:
        """Hear of all that came before the failure: the driver's word of it overtakes events."""
        with contextlib.suppress(Error):
            await self._controls.session.send("Page.getFrameTree")

    def _bodiless(self, message: str) -> bool:
        """Whether the server did answer: without a body, which Chromium takes for a failure."""
        answered = self._traffic.answered
        if answered is None:
            return False
        if "ERR_HTTP_RESPONSE_CODE_FAILURE" in message:
            return True
        return "ERR_ABORTED" in message and answered.status in (NO_CONTENT, RESET_CONTENT)

    async def _act(self) -> None:
        wanted = self._request.actions
        if not wanted or wanted[0].kind != "waitFor" or self._request.wait_delay:
            await self._controls.settle()
        await asyncio.sleep(self._request.wait_delay)
        actions = PageActions(self._controls)
        for action in wanted:
            await actions.do(action)
        if wanted and wanted[-1].kind != "waitFor":
            await self._controls.settle()

    async def _body(self) -> str:
        """Return the page's HTML; of a document that is none (JSON, text), its own text.

        So of one that would not stay, and was not built to its end for that.
        """
        shown = self._traffic.document
        built = shown is None or (shown.is_html and not self._traffic.stunted)
        if shown is not None and not built and not self._request.actions:
            sent = await self._sent(shown)
            return await self._markup.read() if sent is None else sent
        html = await self._markup.read()
        if shown is None or not html.startswith(MAYBE_XML):
            return html
        sent = await self._sent(shown)
        return sent if sent and is_xml(sent.encode("utf-8", "replace"), shown.kind) else html

    async def _sent(self, shown: Document) -> str | None:
        """Return the document as it came, decoded; None if the browser has let go of it."""
        try:
            body = {"requestId": shown.request}
            answer = await self._controls.session.send("Network.getResponseBody", body)
        except Error:
            return None
        if answer["base64Encoded"]:
            return base64.b64decode(answer["body"]).decode("utf-8", "replace")
        text = str(answer["body"])
        return text if shown.charset or shown.kind != "text/plain" else read_anew(text, shown.url)

    async def _charset(self) -> str:
        """Return the charset that the page's links are written in; UTF-8 is not asked for."""
        shown = self._traffic.document
        if shown is None or not shown.is_html or shown.charset.lower() == "utf-8":
            return ""
        # A page that has moved on, or hangs: its HTML is there all the same.
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CHARSET_SECONDS):
                label = await self._controls.world.evaluate("document.characterSet")
                return known(str(label)) or ""
        return ""

    def _made(self, html: str, shown: Document | None) -> Response:
        address = self._controls.page.url
        if shown is None:
            shown = Document(url=address, status=200, headers=())
        if is_denial(shown.status, shown.headers):
            raise errors.BrowserCrashed(faults.ACCESS_LOST)
        return Response(
            url=address if html and address.startswith("http") else shown.url,
            status=shown.status,
            headers=shown.headers,
            # Half a surrogate pair, which a script can write, has no UTF-8.
            body=html.encode("utf-8", "replace"),
            milliseconds=0,
            wire_bytes=self._traffic.wire,
        )

    def _captured(self, body: bytes, kind: str) -> Response:
        """Return the document in place of the page that it was made of."""
        page = self._made(" ", self._traffic.document)
        kept = tuple(pair for pair in page.headers if pair[0] != "content-type")
        return replace(page, body=body, headers=(*kept, ("content-type", kind)))
