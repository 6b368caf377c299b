"""What the S3 client raises, told in the product's own errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.etree.ElementTree import ParseError

from minio.error import InvalidResponseError, MinioException, S3Error
from urllib3.exceptions import HTTPError

from workers import errors

FOREIGN: Final = (MinioException, HTTPError, ParseError)
"""The roots of everything that ``minio`` and ``urllib3`` raise about a server or its answers."""

_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchUpload"})
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")


def _code_of(error: Exception) -> str:
    """Return S3's own word if there is one; the client reads none that comes as text/xml."""
    if isinstance(error, S3Error):
        return str(error.code)
    told = _CODE.search(str(error)) if isinstance(error, InvalidResponseError) else None
    return told[1] if told else type(error).__name__


@contextmanager
def translated() -> Iterator[None]:
    """Turn the client's errors into ``ObjectMissing`` or ``StorageUnavailable``.

    The message names the kind of fault only: the client's own may hold signed URLs.
    """
    try:
        yield
    except FOREIGN as error:
        code = _code_of(error)
        if code in _MISSING:
            raise errors.ObjectMissing from error
        raise errors.StorageUnavailable(f"The object storage does not answer: {code}.") from error
