"""Makes a PDF or an image of a page that is shown and quiet."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeout

from schemas.captures import MOST_PIXELS
from schemas.plan import Capture, Paper, Picture
from workers import errors
from workers.fetchers.chrome.controls import Controls
from workers.fetchers.chrome.faults import GONE

WIDEST = 10_000  # CSS pixels of a viewport
STEEPEST = 2.0  # the largest scale that Chromium prints at
PIECE = 1024 * 1024  # bytes of a PDF that are read at once
NOTHING = "<span></span>"
"""A header or footer without anything in it; Chromium takes an empty text for its own one."""

Rectangle = Mapping[str, float]


class Capturer:
    """Takes what ``request.capture`` asks for; raises ``CaptureFailed`` and ``ResponseTooLong``."""

    def __init__(self, controls: Controls, most: int) -> None:
        self._controls, self._most = controls, most
        self._page, self._session = controls.page, controls.session

    async def prepare(self, capture: Capture | None) -> None:
        """Before the page opens: lay it out as wide as the rectangle that is wanted of it."""
        if isinstance(capture, Picture) and not (capture.full_page or capture.selector):
            width = min(capture.left + capture.width, WIDEST)
            await self._page.set_viewport_size({"width": width, "height": capture.height})

    async def capture(self, capture: Paper | Picture) -> tuple[bytes, str]:
        """Return the document and its content type."""
        try:
            if isinstance(capture, Paper):
                return await self._print(capture), "application/pdf"
            return await self._picture(capture), f"image/{capture.format}"
        except PlaywrightTimeout as error:
            raise errors.CaptureFailed(
                "The element that clipSelector names did not show within the page's time."
            ) from error
        except Error as error:
            if any(words in error.message for words in GONE):
                raise
            why = error.message.partition("\n")[0].rpartition("): ")[2]
            raise errors.CaptureFailed(f"The page could not be captured: {why[:200]}.") from error

    async def _print(self, paper: Paper) -> bytes:
        if paper.scale > STEEPEST:
            zoom = paper.scale / STEEPEST
            await self._controls.world.evaluate(f"document.documentElement.style.zoom = {zoom:.4f}")
        answer = await self._session.send("Page.printToPDF", _print_options(paper))
        return await self._stream(answer["stream"])

    async def _stream(self, handle: str) -> bytes:
        """Read a PDF piece by piece, no further than a page may be long."""
        body = bytearray()
        try:
            while True:
                piece = await self._session.send("IO.read", {"handle": handle, "size": PIECE})
                body += _bytes(piece)
                if len(body) > self._most:
                    raise errors.ResponseTooLong("The PDF is longer than MAX_RESPONSE_BYTES.")
                if piece["eof"]:
                    return bytes(body)
        finally:
            await self._session.send("IO.close", {"handle": handle})

    async def _picture(self, picture: Picture) -> bytes:
        clip = await self._clip(picture)
        if clip["width"] * clip["height"] * picture.scale**2 > MOST_PIXELS:
            raise errors.CaptureFailed(
                f"The image would have more than {MOST_PIXELS} pixels: clip it, or scale it down."
            )
        options: dict[str, Any] = {
            "format": picture.format,
            "clip": {**clip, "scale": picture.scale},
            "captureBeyondViewport": True,
        }
        if picture.format == "jpeg":
            options["quality"] = picture.quality
        answer = await self._session.send("Page.captureScreenshot", options)
        body = base64.b64decode(answer["data"])
        if len(body) > self._most:
            raise errors.ResponseTooLong("The image is longer than MAX_RESPONSE_BYTES.")
        return body

    async def _clip(self, picture: Picture) -> Rectangle:
        """Return the rectangle of the document that is wanted."""
        if picture.selector:
            return await self._element(picture.selector)
        if picture.full_page:
            metrics = await self._session.send("Page.getLayoutMetrics")
            size = metrics["cssContentSize"]
            return {"x": 0, "y": 0, **_sides(size["width"], size["height"])}
        where = {"x": picture.left, "y": picture.top}
        return {**where, "width": picture.width, "height": picture.height}

    async def _element(self, selector: str) -> Rectangle:
        found = (await self._controls.target(selector)).element
        await found.wait_for(state="visible", timeout=self._controls.left())
        box = await found.bounding_box(timeout=self._controls.left())
        if box is None or not box["width"] or not box["height"]:
            raise errors.CaptureFailed("The element that clipSelector names has no size.")
        metrics = await self._session.send("Page.getLayoutMetrics")
        view = metrics["cssVisualViewport"]
        return {
            "x": box["x"] + view["pageX"],
            "y": box["y"] + view["pageY"],
            **_sides(box["width"], box["height"]),
        }


def _sides(width: float, height: float) -> Rectangle:
    return {"width": max(width, 1), "height": max(height, 1)}


def _bytes(piece: Mapping[str, Any]) -> bytes:
    data: str = piece["data"]
    return base64.b64decode(data) if piece.get("base64Encoded") else data.encode("latin-1")


def _print_options(paper: Paper) -> dict[str, Any]:
    top, right, bottom, left = paper.margins
    options: dict[str, Any] = {
        "paperWidth": paper.width,
        "paperHeight": paper.height,
        "marginTop": top,
        "marginRight": right,
        "marginBottom": bottom,
        "marginLeft": left,
        "scale": min(paper.scale, STEEPEST),
        "pageRanges": paper.ranges,
        "printBackground": paper.background,
        "displayHeaderFooter": paper.running,
        "transferMode": "ReturnAsStream",
    }
    for name, text in (("headerTemplate", paper.header), ("footerTemplate", paper.footer)):
        if text is not None:
            options[name] = text or NOTHING
    return options
