"""Writes request headers as libcurl takes them, and reads response headers (pure; RFC 9110, 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from workers.errors import BadUrl
from workers.fetchers.base import Headers
from workers.fetchers.redirects import REDIRECTS

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_OURS = frozenset(
    (
        "connection", "content-length", "cookie", "expect", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    )
)  # fmt: skip
"""Fields that belong to the connection: a caller's would break the framing for the next page."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HOLDS_URL = re.compile(rb"(?:content-)?location\b|refresh\b|link\b", re.IGNORECASE)
_URL_BYTES = re.compile(rb"[\x80-\xff]+")
_STATUS = re.compile(rb"HTTP/\S+ +(\d{3})")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def request_lines(headers: Headers) -> list[bytes]:
    """Return the lines for libcurl's HTTPHEADER: the caller's, and defaults for what is missing.

    Raises ``BadUrl`` for a name or value that would end the line early (RFC 9110, 5.5).
    """
    lines = [_line(name, value) for name, value in headers if name.lower() not in _OURS]
    present = {name.lower() for name, _ in headers}
    if "accept" not in present:
        lines.append(_line("Accept", ACCEPT))
    if "accept-encoding" not in present:
        lines.append(_line("Accept-Encoding", ACCEPT_ENCODING))
    lines.append(b"Expect:")
    return lines


def _line(name: str, value: str) -> bytes:
    value = value.strip(" \t")
    if not _NAME.fullmatch(name) or _CONTROL.search(value):
        raise BadUrl(f"The request header {name[:60]!r} can't be sent.")
    # libcurl reads "Name:" as a request to drop the header, and "Name;" as one without a value.
    return f"{name}: {value}".encode() if value else f"{name};".encode()


def cookie_line(headers: Headers, cookies: Iterable[tuple[str, str]]) -> bytes:
    """Return what the request's own cookies add to the jar's, as one ``Cookie`` value.

    Raises ``BadUrl`` when a name or value could end the pair or the line.
    """
    pairs = [value.strip() for name, value in headers if name.lower() == "cookie"]
    for name, value in cookies:
        if ";" in name + value or "=" in name:
            raise BadUrl(f"The cookie {name[:60]!r} can't be sent.")
        pairs.append(f"{name}={value}")
    text = "; ".join(pair for pair in pairs if pair)
    if _CONTROL.search(text):
        raise BadUrl("A cookie holds control characters and can't be sent.")
    return text.encode()


def parse_lines(lines: Sequence[bytes]) -> Headers:
    """Return the final response's headers from the lines libcurl handed over.

    Earlier blocks (1xx, a proxy's answer) and trailers are left out. Values are UTF-8 if they are
    valid as such, else Latin-1; in those that hold URLs, bytes beyond ASCII are percent-encoded as
    they stand, whatever charset they are in, as browsers do (https://github.com/whatwg/fetch/issues/883).
    """
    start = _last_head(lines)
    found: list[tuple[str, str]] = []
    for line in lines[start + 1 :]:
        text = _text(_URL_BYTES.sub(_escape, line) if _HOLDS_URL.match(line) else line)
        if not text.strip():
            break
        if text[0] in " \t" and found:
            name, value = found[-1]
            found[-1] = (name, f"{value} {text.strip()}")
            continue
        name, colon, value = text.partition(":")
        if colon:
            found.append((name.strip().lower(), value.strip()))
    return tuple(found)


def redirects(lines: Sequence[bytes]) -> bool:
    """Whether ``lines`` are the whole head of a redirect that says where to, and maybe trailers."""
    head = lines[max(0, _last_head(lines)) :]
    if head[-1:] not in ([b"\r\n"], [b"\n"]) or b" 3" not in head[0][:12]:
        return False
    to = any(line[:9].lower() == b"location:" for line in head)
    return to and _status(head[0]) in REDIRECTS


def _status(line: bytes) -> int:
    found = _STATUS.match(line)
    return int(found[1]) if found else 0


def _last_head(lines: Sequence[bytes]) -> int:
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].startswith(b"HTTP/"):
            return index
    return -1


def _escape(found: re.Match[bytes]) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in found[0])


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
