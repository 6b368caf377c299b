"""A page on its way to be read: what it says, where it came from and how it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page in UTF-8. ``charset``, which its links are written in, is the standard's name.

    ``is_xml``: it is a feed or other XML, and no page of HTML.
    """

    utf8: bytes
    url: str
    charset: str = "utf-8"
    is_xml: bool = False


def encode(html: str) -> bytes:
    """Return ``html`` as UTF-8; half characters, which UTF-8 can't hold, become U+FFFD."""
    try:
        return html.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", html).encode()
