"""Translates what the browser and its driver report into our own errors, by table."""

from __future__ import annotations

import re

from workers import errors
from workers.errors import FetchError

NET_ERRORS: tuple[tuple[str, type[FetchError]], ...] = (
    ("ERR_NAME_", errors.DnsFailed),
    ("ERR_DNS_", errors.DnsFailed),
    ("ERR_PROXY_", errors.ProxyFailed),
    ("ERR_UNEXPECTED_PROXY_AUTH", errors.ProxyFailed),
    ("ERR_CERT_", errors.TlsFailed),
    ("ERR_SSL_", errors.TlsFailed),
    ("ERR_BAD_SSL_", errors.TlsFailed),
    ("ERR_TOO_MANY_REDIRECTS", errors.RedirectFault),
    ("ERR_UNSAFE_REDIRECT", errors.RedirectFault),
    ("ERR_INVALID_REDIRECT", errors.RedirectFault),
    ("ERR_INVALID_URL", errors.BadUrl),
    ("ERR_UNKNOWN_URL_SCHEME", errors.BadUrl),
    ("ERR_DISALLOWED_URL_SCHEME", errors.BadUrl),
    ("ERR_UNSAFE_PORT", errors.BadUrl),
    ("ERR_BLOCKED_BY_", errors.BadUrl),
    ("ERR_ACCESS_DENIED", errors.BadUrl),
    ("ERR_CONTENT_LENGTH_", errors.ConnectionFailed),
    ("ERR_CONTENT_", errors.BadContent),
    ("ERR_INVALID_RESPONSE", errors.BadContent),
    ("ERR_INVALID_HTTP_RESPONSE", errors.BadContent),
    ("ERR_INVALID_CHUNKED_ENCODING", errors.BadContent),
    ("ERR_RESPONSE_HEADERS_", errors.BadContent),
    ("ERR_ABORTED", errors.BadContent),
    ("ERR_TIMED_OUT", errors.FetchTimeout),
    ("ERR_CONNECTION_TIMED_OUT", errors.FetchTimeout),
    ("ERR_OUT_OF_MEMORY", errors.BrowserCrashed),
    ("ERR_INSUFFICIENT_RESOURCES", errors.BrowserCrashed),
    ("ERR_", errors.ConnectionFailed),
)
"""Prefix of a name in Chromium's net_error_list.h → our error; the first that fits counts."""

EGRESS_ERRORS = frozenset(
    ("ERR_TUNNEL_CONNECTION_FAILED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_CLOSED"),
)
"""What Chromium sees when our egress proxy refused; the proxy remembers the true reason."""

PAGE_ENDED = "The page's own process ended in the browser while it was shown."
ACCESS_LOST = "The browser lost its way out, as it does when its network process ends."

GONE = ("has been closed", "Target closed", "Connection closed", "Page crashed", "Browser closed")
"""How the driver words that page, browser or driver ended under it."""


def net_error(message: str) -> str:
    """Return the name of Chromium's network error in ``message``, or an empty string."""
    found = re.search(r"net::(ERR_[A-Z0-9_]+)", message)
    return found[1] if found else ""


def _kind_of(name: str) -> type[FetchError]:
    return next(kind for prefix, kind in NET_ERRORS if name.startswith(prefix))


def translate(message: str, refusal: FetchError | None = None, *, page: bool = False) -> FetchError:
    """Return our error for the driver's ``message``; ``refusal`` is the egress proxy's.

    ``page``: nothing came yet, or a page to be shown. Then a browser that aborted it was in trouble
    of its own, as one on a machine without a moment to spare is; a file it aborts because it saves
    none.
    """
    name = net_error(message)
    if name in EGRESS_ERRORS and refusal is not None:
        return refusal
    if name:
        broken_off = page and name == "ERR_ABORTED"
        kind = errors.ConnectionFailed if broken_off else _kind_of(name)
        return kind(f"{(kind.__doc__ or '').strip()} ({name})")
    if any(words in message for words in GONE):
        return errors.BrowserCrashed(PAGE_ENDED if "Page crashed" in message else None)
    if "is download" in message or "Download is starting" in message:
        return errors.NotHtml("not_html: the page is a download, not a document.")
    if "invalid URL" in message:
        return errors.BadUrl()
    first = message.strip().partition("\n")[0]
    return errors.BrowserCrashed(f"The browser could not show the page: {first[:200]}")
