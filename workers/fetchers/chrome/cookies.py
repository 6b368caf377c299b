"""Turns Netscape cookie-file lines into the browser's cookies and back (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workers.fetchers.cookies import HTTP_ONLY

COLUMNS = 7


def from_line(line: str) -> dict[str, Any] | None:
    """Return ``line`` as ``BrowserContext.add_cookies`` takes it; None for what is no cookie.

    The seven columns are domain, whether subdomains count, path, secure, expiry in Unix seconds (0
    for a session cookie), name, value (libcurl's CURLOPT_COOKIELIST).
    """
    http_only = line.startswith(HTTP_ONLY)
    parts = line.removeprefix(HTTP_ONLY).rstrip("\r\n").split("\t")
    if len(parts) != COLUMNS or not parts[0] or parts[0].startswith("#"):
        return None
    domain, subdomains, path, secure, expires, name, value = parts
    bare = domain.lstrip(".")
    return {
        "name": name,
        "value": value,
        "domain": f".{bare}" if subdomains.upper() == "TRUE" else bare,
        "path": path or "/",
        "secure": secure.upper() == "TRUE",
        "httpOnly": http_only,
        "expires": float(expires) if expires.isdigit() and int(expires) else -1,
    }


def from_lines(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return the cookies in ``lines``; what is none is left out."""
    return [cookie for line in lines if (cookie := from_line(line)) is not None]


def to_line(cookie: Mapping[str, Any]) -> str:
    """Return a browser's cookie as one Netscape line."""
    domain = str(cookie["domain"])
    expires = float(cookie.get("expires") or 0)
    columns = (
        domain,
        "TRUE" if domain.startswith(".") else "FALSE",
        cookie.get("path") or "/",
        "TRUE" if cookie.get("secure") else "FALSE",
        str(max(int(expires), 0)),
        cookie["name"],
        cookie["value"],
    )
    return (HTTP_ONLY if cookie.get("httpOnly") else "") + "\t".join(map(str, columns))


def from_header(text: str) -> list[tuple[str, str]]:
    """Return name and value of each pair in a Cookie header's value (RFC 6265, 4.2)."""
    pairs = (pair.strip().partition("=") for pair in text.split(";"))
    return [(name.strip(), value.strip()) for name, mark, value in pairs if name and mark]
