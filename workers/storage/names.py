"""How a file is named: its extension, and what the browser that saves it is told."""

from __future__ import annotations

import re
from urllib.parse import quote

_UNSAFE = re.compile(r'[^ -~]|["%*/:<>?\\|;]')
_ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 8187, section 3.2.1, beside letters and digits

_EXTENSIONS = {
    "application/javascript": "js",
    "application/pdf": "pdf",
    "application/xhtml+xml": "xhtml",
    "application/zip": "zip",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "text/css": "css",
    "text/csv": "csv",
    "text/html": "html",
    "text/javascript": "js",
    "text/markdown": "md",
    "text/plain": "txt",
}
"""Media types that pages are fetched as; the library's own table calls XML ``.xsl``."""


def extension_of(content_type: str) -> str:
    """Return how the name of a file of this content type ends, ``bin`` if that is not known."""
    kind = content_type.partition(";")[0].strip().lower()
    suffix = re.split(r"[/+]", kind)[-1]
    return _EXTENSIONS.get(kind) or (suffix if suffix in {"json", "xml"} else "bin")


def content_disposition(filename: str) -> str:
    """Return the header value that saves a download as ``filename`` (RFC 6266, section 4).

    ``filename*`` carries the exact name. The plain ``filename`` is for clients that don't read it
    and gets ``_`` for whatever no file system or quoted string would take, such as the colon.
    """
    plain = _UNSAFE.sub("_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe=_ATTR_CHARS)}"
