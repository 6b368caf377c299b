"""What a displayed address is: a host, and what an engine shows of the path below it."""

from __future__ import annotations

import re

from workers.serp.links import host_name, path_of

LONGEST = 300  # characters
_PARTS = re.compile(r"(https?://)?([^\s/:?#\u203a\u00bb>]+)(:\d{1,5})?\s*(.*)", re.IGNORECASE)
_NAMES = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}")
_FOUR = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_BELOW = ("/", "?", "#", "\u203a", "\u00bb", ">", "\u2026", "...")
"""What may follow the host: a path, crumbs, or the mark that more was left out."""
_REDIRECTS = {"/url", "/link", "/ck/a", "/aclick", "/aclk", "/pagead/aclk", "/y.js", "/baidu.php",
              "/l/"}  # fmt: skip
_COUNTERS = "/count/"
"""Paths of the engines' own links, behind which the target can't be seen."""


def is_address(text: str, target: str) -> bool:
    """Whether ``text`` shows the address ``target``, or one that can't be told from it.

    A bare name with a dot ("Node.js") is the host of ``target``, or none. A host that is followed
    by a path, or stands behind a scheme, is one whatever the target is.
    """
    match = _PARTS.fullmatch(text) if len(text) <= LONGEST else None
    if not match:
        return False
    scheme, host, _, below = match.groups()
    whole = host.removesuffix("\u2026").rstrip(".")
    if not _is_host(whole) or (below and not below.startswith(_BELOW)):
        return False
    if scheme or below or _hides(target):
        return True
    return _same_site(whole, host_name(target), cut=whole != host)


def _is_host(text: str) -> bool:
    return bool(_NAMES.fullmatch(text) or _FOUR.fullmatch(text))


def _hides(target: str) -> bool:
    path = path_of(target)
    return path in _REDIRECTS or path.startswith(_COUNTERS)


def _same_site(shown: str, host: str, *, cut: bool) -> bool:
    """Whether two hosts are one, or one lies below the other, or what is shown was cut short."""
    ours, theirs = (_ascii(name).removeprefix("www.") for name in (shown, host))
    if cut:
        return theirs.startswith(ours)
    return ours == theirs or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}")


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return host.lower().encode("idna").decode()
    except UnicodeError:
        return host.lower()
