"""Reads requests and writes responses for the test site: HTTP/1.1, small and lenient."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_HEAD = 400_000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRequest:
    """What a client asked. ``path`` is decoded, ``target`` as it came; header names are lower."""

    method: str
    target: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    host: str = ""

    @property
    def form(self) -> dict[str, str]:
        """The urlencoded body."""
        return dict(parse_qsl(self.body.decode("latin-1"), keep_blank_values=True))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies sent."""
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: value for name, mark, value in pairs if mark}

    def number(self, name: str, default: float) -> float:
        """Return a query parameter as a number."""
        return float(self.query.get(name, default))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole response. ``length`` False leaves Content-Length to the handler's own headers."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = field(default=())
    length: bool = True

    def encode(self, *, head_only: bool = False) -> bytes:
        """Return the bytes that travel."""
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}"]
        if self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        if self.length:
            lines.append(f"Content-Length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
        return head if head_only else head + self.body


async def read_request(reader: asyncio.StreamReader) -> SiteRequest | None:
    """Return the next request on a connection, or None when there is none."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return SiteRequest(
        method=method,
        target=target,
        path=unquote(parts.path),
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=headers,
        body=body,
        host=headers.get("host", ""),
    )
