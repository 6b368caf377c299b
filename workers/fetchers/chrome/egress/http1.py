"""Reads and rewrites the HTTP/1.1 heads that pass the egress proxy (pure; RFC 9112)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import urlsplit

HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate"),
)
"""Fields that concern one connection only (RFC 9110, 7.6.1) and are not passed on."""

HTTP_PORT = 80

Fields = tuple[tuple[str, str], ...]


def field_of(fields: Fields, name: str) -> str:
    """Return the first field called ``name`` (lower case), or an empty string."""
    return next((value for key, value in fields if key.lower() == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One request's head: the target is taken apart, the fields keep their order and spelling."""

    method: str
    host: str
    port: int
    path: str
    fields: Fields

    def field(self, name: str) -> str:
        """Return the first field called ``name`` (lower case), or an empty string."""
        return field_of(self.fields, name)

    @property
    def body_length(self) -> int | None:
        """Bytes of body that follow; None when the head does not say it in plain numbers."""
        if self.field("transfer-encoding"):
            return None
        length = self.field("content-length") or "0"
        return int(length) if length.isascii() and length.isdigit() else None


def read_fields(lines: list[str]) -> Fields:
    """Return names and values of the fields in ``lines``; their order and spelling stay."""
    pairs = (line.partition(":") for line in lines if line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _authority(target: str) -> tuple[str, int]:
    """Split ``host:port``; raises ValueError when there is no host or port."""
    parts = urlsplit(f"//{target}")
    if not parts.hostname or not parts.port or parts.path or parts.username is not None:
        raise ValueError(target)
    return parts.hostname, parts.port


def read_head(data: bytes) -> Head:
    """Return the request that ``data``, up to its blank line, asks a proxy for.

    Only what a browser sends to a proxy is taken: CONNECT, and absolute-form with ``http``. Raises
    ValueError for anything else.
    """
    first, *rest = data.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    if method == "CONNECT":
        host, port = _authority(target)
        return Head(method=method, host=host, port=port, path="", fields=read_fields(rest))
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(target)
    path = (parts.path or "/") + (f"?{parts.query}" if "?" in target else "")
    port = HTTP_PORT if parts.port is None else parts.port
    return Head(method=method, host=parts.hostname, port=port, path=path, fields=read_fields(rest))


def authority(host: str, port: int) -> str:
    """Return ``host:port``, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def request_bytes(head: Head, *, proxy_auth: str | None = None) -> bytes:
    """Return ``head`` as it goes out: origin-form, or absolute-form when ``proxy_auth`` is given.

    ``proxy_auth`` is the value of the next proxy's Proxy-Authorization, empty if it wants none.
    """
    target = head.path
    kept = [(key, value) for key, value in head.fields if key.lower() not in HOP_BY_HOP]
    if proxy_auth is not None:
        target = f"http://{authority(head.host, head.port)}{head.path}"
        kept += [("Proxy-Authorization", proxy_auth)] if proxy_auth else []
    kept.append(("Connection", "close"))
    lines = [f"{head.method} {target} HTTP/1.1", *(f"{key}: {value}" for key, value in kept)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def response_bytes(data: bytes) -> tuple[int, bytes]:
    """Return the status of a response's head and the head with ``Connection: close`` in it.

    A connection carries one exchange, or Chromium would send a request for another host down it.
    Raises ValueError when it is no HTTP.
    """
    first, *rest = data.decode("latin-1").split("\r\n")
    version, status = first.split(" ", 2)[:2]
    if not version.startswith("HTTP/1."):
        raise ValueError(first)
    lines = [line for line in rest if line and line.split(":")[0].strip().lower() not in HOP_BY_HOP]
    lines = [first, *lines] if status.startswith("1") else [first, *lines, "Connection: close"]
    return int(status), ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def basic(user: str, password: str) -> str:
    """Return the credentials as RFC 7617 writes them."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def read_basic(value: str) -> tuple[str, str]:
    """Return user and password of a Basic credential; two empty strings if it is none."""
    scheme, _, rest = value.partition(" ")
    try:
        text = base64.b64decode(rest, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    user, _, password = text.partition(":")
    return user, password
