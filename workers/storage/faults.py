"""What the S3 client raises, told in the product's own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.etree.ElementTree import ParseError

from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from workers import errors

FOREIGN: Final = (MinioException, HTTPError, ParseError)
"""The roots of everything that ``minio`` and ``urllib3`` raise about a server or its answers."""

_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchUpload"})


@contextmanager
def translated() -> Iterator[None]:
    """Turn the client's errors into ``ObjectMissing`` or ``StorageUnavailable``.

    The message names the kind of fault only: the client's own may hold signed URLs.
    """
    try:
        yield
    except FOREIGN as error:
        code = error.code if isinstance(error, S3Error) else type(error).__name__
        if code in _MISSING:
            raise errors.ObjectMissing from error
        raise errors.StorageUnavailable(f"The object storage does not answer: {code}.") from error
