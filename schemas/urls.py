"""What a URL must be like before anything is fetched from it: one host that all readers agree on.

Parsers differ over backslashes, blanks and what stands before an ``@``, and over which hosts there
are at all. The reader here is the one that everything else reads URLs with (ada-url, the URL
standard): what it can't read is refused when it comes in, and the guard asks the same function.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import ada_url

from schemas.faults import shown

LONGEST_URL: Final = 8_000  # characters

BAD_PORTS: Final = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95,
        101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179,
        389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601,
        636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379,
        6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211,
    )
)  # fmt: skip
"""Ports of other protocols (https://fetch.spec.whatwg.org/#port-blocking); Redis, memcached."""

DEFAULT_PORTS: Final = {"http": 80, "https": 443}

START: Final = re.compile(r"(https?)://([^/?#]*)", re.IGNORECASE)
"""Scheme and authority (host and port) of a URL that can be fetched."""

_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_FOREIGN_TO_HOSTS = re.compile(r"[\s\x00-\x20\x7f%^|<>\"`{}*!$&'()+,;=~@\\]")
_WHOLE = "give the whole URL, as in `https://example.com/list`."
_NO_HOST = f"The URL names no host: {_WHOLE}"


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
    found = START.match(url)
    if found is None:
        web = url.lower().startswith(("http:", "https:"))
        what = "names no host" if web else "is no http or https URL"
        raise ValueError(f"{shown(url)} {what}: {_WHOLE}")
    fault = authority_fault(found[1].lower(), found[2])
    if fault:
        raise ValueError(fault)
    return url


@lru_cache(4096)
def authority_fault(scheme: str, authority: str) -> str:
    r"""Return what is wrong with an authority of ``scheme``, or an empty string.

    It must be one that every parser reads alike: no user and password (they would land in logs; a
    header carries them), no backslash (``http://127.0.0.1\@example.com/`` is two hosts to two
    parsers), no IPv4 address in octal, hexadecimal or one number, no port of another protocol.
    """
    if "@" in authority:
        return (
            "The URL holds a user name or password: take it out, and send credentials as a header."
        )
    if not authority.partition(":")[0].strip("."):
        return _NO_HOST
    if _FOREIGN_TO_HOSTS.search(authority):
        return f"{shown(authority)} can't be a host name: {_WHOLE}"
    try:
        parsed = ada_url.URL(f"{scheme}://{authority}/")
    except ValueError:
        return f"{shown(authority)} is no URL's host and port: {_WHOLE}"
    return _parsed_fault(parsed, authority)


def _parsed_fault(parsed: ada_url.URL, authority: str) -> str:
    if not parsed.hostname.strip("."):
        return _NO_HOST  # of full stops of other scripts
    host = authority if authority.endswith("]") else authority.rpartition(":")[0] or authority
    if parsed.host_type == ada_url.HostType.IPV4 and parsed.hostname != host:
        return f"Write the URL's IP address as {parsed.hostname}."
    if (port := int(parsed.port or DEFAULT_PORTS[parsed.protocol[:-1]])) in BAD_PORTS:
        return f"Port {port} belongs to another protocol than HTTP: name another or none."
    return ""


def authority_of(url: str) -> str:
    """Return host and port of ``url`` as they are written, in lower case; "" if it has none."""
    found = START.match(url)
    return found[2].lower() if found else ""
