"""Netscape cookie-file lines, as libcurl's jar reads and writes them (pure)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from email.message import Message
from http.cookiejar import Cookie, CookieJar
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import Request

MAX_COOKIES = 1000  # lines of a jar that are kept; RFC 6265, 6.1 asks for 3,000 over all sites
MAX_LINE = 8192  # bytes; browsers drop cookies above 4 KiB
_FIELDS = 7
HTTP_ONLY = "#HttpOnly_"  # what libcurl writes before the domain of a cookie that no script sees


def jar_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines that are cookies, sorted, so that equal jars are equal.

    libcurl's COOKIELIST also takes commands (``ALL`` empties the jar) and headers; what has not
    seven fields is none of the two things that a jar holds.
    """
    good = {line for line in lines if line.count("\t") == _FIELDS - 1 and len(line) <= MAX_LINE}
    return tuple(sorted(line for line in good if line.isprintable() or "\t" in line))[:MAX_COOKIES]


def fresh_cookies(
    wanted: Iterable[tuple[str, str]], jar: Iterable[str], url: str
) -> list[tuple[str, str]]:
    """Return the ``wanted`` cookies without those that the server has since set anew in the jar.

    Without this a login's new session cookie would travel beside the payload's old one.
    """
    host = (urlsplit(url).hostname or "").lower()
    newer = {line.split("\t")[5] for line in jar if _covers(line, host)}
    return [(name, value) for name, value in wanted if name not in newer]


def cookies_for(jar: Iterable[str], url: str) -> list[tuple[str, str]]:
    """Return the cookies of ``jar`` that a request for ``url`` carries (RFC 6265, 5.4)."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    found = []
    for line in jar:
        _, _, path, secure, expires, name, value = line.split("\t")
        inside = f"{parts.path or '/'}/".startswith(f"{path.rstrip('/')}/")
        fresh = expires == "0" or int(expires) > time.time()
        if (
            inside
            and fresh
            and (secure == "FALSE" or parts.scheme == "https")
            and _covers(line, host)
        ):
            found.append((name, value))
    return found


def set_cookie_lines(headers: Iterable[tuple[str, str]], url: str) -> list[str]:
    """Return what the ``Set-Cookie`` of an answer from ``url`` puts into a jar, as its lines."""
    message = Message()
    for name, value in headers:
        if name == "set-cookie":
            message[name] = value
    jar = CookieJar()
    jar.extract_cookies(SimpleNamespace(info=lambda: message), Request(url))  # type: ignore[arg-type]  # noqa: S310 - nothing is opened
    return [_line(cookie) for cookie in jar]


def _line(cookie: Cookie) -> str:
    http_only = HTTP_ONLY if cookie.has_nonstandard_attr("HttpOnly") else ""
    domain = cookie.domain if cookie.domain_specified else cookie.domain.removesuffix(".local")
    tail, secure = (str(flag).upper() for flag in (cookie.domain_specified, cookie.secure))
    expires = str(cookie.expires or 0)
    fields = (
        http_only + domain,
        tail,
        cookie.path,
        secure,
        expires,
        cookie.name,
        cookie.value or "",
    )
    return "\t".join(fields)


def _covers(line: str, host: str) -> bool:
    domain, tail = line.removeprefix(HTTP_ONLY).split("\t")[:2]
    domain = domain.lower().lstrip(".")
    return host == domain or (tail == "TRUE" and host.endswith("." + domain))
