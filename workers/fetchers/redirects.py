"""What a redirect means: where it leads, and what may go there (pure; RFC 9110, 15.4)."""

from __future__ import annotations

import re

import ada_url

from workers.fetchers.base import Headers, Response

REDIRECTS = frozenset((301, 302, 303, 307, 308))

_CREDENTIAL = re.compile(
    r"auth|cookie|token|api-?key|secret|session|credential|passw|signature|csrf|xsrf", re.IGNORECASE
)
_OF_THE_HOST = frozenset(("host", "origin", "referer"))


def redirect_target(response: Response) -> str | None:
    """Return the absolute URL that a redirect leads to, or None if the response is none.

    Joined as the WHATWG URL standard does; a target without a fragment keeps the page's (RFC 9110,
    10.2.2). A redirect whose Location is missing or can't be read is no redirect but a fault, and
    ``verdict.classify`` says so.
    """
    if response.status not in REDIRECTS:
        return None
    location = (response.header("location") or "").strip()
    if not location:
        return None
    try:
        target = ada_url.URL(location, base=response.url)
        if not target.hash:
            target.hash = ada_url.URL(response.url).hash
    except ValueError:
        return None
    return str(target.href)


def method_after(status: int, method: str) -> str:
    """Return the method of the next hop; when it changes to GET the body is dropped.

    303 asks for GET, and 301 and 302 turn POST into it, as browsers do
    (https://fetch.spec.whatwg.org/#http-redirect-fetch). 307 and 308 keep method and body.
    """
    upper = method.upper()
    if status == 303 and upper not in ("GET", "HEAD"):  # noqa: PLR2004 - See Other
        return "GET"
    return "GET" if status in (301, 302) and upper == "POST" else upper


def headers_for_hop(
    headers: Headers, cookies: Headers, from_url: str, to_url: str
) -> tuple[Headers, Headers]:
    """Return the (headers, cookies) that a request for ``to_url`` may carry.

    All of them on the same host; on another one neither cookies nor anything that looks like a
    credential, nor what speaks of the old host. Another port is another host, and so is the way
    from https back to http; the way from http to https, both at their usual ports, is not.
    """
    if (not headers and not cookies) or _same_host(from_url, to_url):
        return headers, cookies
    kept = tuple(
        (name, value)
        for name, value in headers
        if name.lower() not in _OF_THE_HOST and not _CREDENTIAL.search(name)
    )
    return kept, ()


def _same_host(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        here, there = ada_url.URL(one), ada_url.URL(other)
    except ValueError:
        return False
    if here.host == there.host and here.protocol == there.protocol:
        return True
    upgrade = (here.protocol, there.protocol) == ("http:", "https:")
    return upgrade and here.hostname == there.hostname and not here.port and not there.port
