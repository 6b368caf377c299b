"""What a URL must be like before anything is fetched from it: one host that all readers agree on.

Parsers differ over backslashes, blanks and what stands before an ``@``; a URL whose host depends on
the reader is refused here, and the guard of outgoing connections looks at the addresses.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from schemas.faults import shown

LONGEST_URL: Final = 8_000  # characters
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_FOREIGN_TO_HOSTS = re.compile(r"[%^|<>\"`{}*!$&'()+,;=~/?#@\\]")
_WHOLE = "give the whole URL, as in `https://example.com/list`."


def check_url(text: str) -> str:
    """Return ``text`` without blanks around it; ``ValueError`` with a sentence if it can't be used.

    It must be absolute, http or https, with a host; non-ASCII characters may stay as they are.
    """
    url = text.strip()
    if not url:
        raise ValueError(f"The URL is empty: {_WHOLE}")
    if len(url) > LONGEST_URL:
        raise ValueError(f"The URL is too long: keep it to {LONGEST_URL} characters.")
    if _BLANK.search(url):
        raise ValueError("The URL holds a blank or control character: write it as %20 or the like.")
    if "\\" in url:
        raise ValueError("The URL holds a backslash: write `/`, or %5C if it is meant so.")
    _check_parts(url)
    return url


def _check_parts(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{shown(url)} is no URL ({error}): {_WHOLE}") from error
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"{shown(url)} is no http or https URL: {_WHOLE}")
    if not host or not host.strip("."):
        raise ValueError(f"{shown(url)} names no host: {_WHOLE}")
    if "@" in parts.netloc:
        raise ValueError(
            "The URL holds a user name or password: take it out, and send credentials as a header."
        )
    if _FOREIGN_TO_HOSTS.search(host):
        raise ValueError(f"{shown(host)} can't be a host name: {_WHOLE}")
    if port == 0:
        raise ValueError("Port 0 can't be connected to: name another port or none.")
