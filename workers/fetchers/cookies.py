"""Netscape cookie-file lines, as libcurl's jar reads and writes them (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

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


def _covers(line: str, host: str) -> bool:
    domain, tail = line.removeprefix(HTTP_ONLY).split("\t")[:2]
    domain = domain.lower().lstrip(".")
    return host == domain or (tail == "TRUE" and host.endswith("." + domain))
