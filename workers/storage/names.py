"""How a file is named to the browser that saves it."""

from __future__ import annotations

import re
from urllib.parse import quote

_UNSAFE = re.compile(r'[^ -~]|["%*/:<>?\\|;]')
_ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 8187, section 3.2.1, beside letters and digits


def content_disposition(filename: str) -> str:
    """Return the header value that saves a download as ``filename`` (RFC 6266, section 4).

    ``filename*`` carries the exact name. The plain ``filename`` is for clients that don't read it
    and gets ``_`` for whatever no file system or quoted string would take, such as the colon.
    """
    plain = _UNSAFE.sub("_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe=_ATTR_CHARS)}"
