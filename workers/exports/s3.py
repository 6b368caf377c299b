"""Export to any S3-compatible object storage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error
from urllib3 import Retry, Timeout
from urllib3.exceptions import HTTPError, SSLError

from workers.errors import AddressRefused, BadUrl, ExportFailed
from workers.exports.base import ExportFile
from workers.exports.bounds import BoundedPool
from workers.exports.wire import PASSING, SERVER_FAULT, joined
from workers.net.guard import check_url, parse_networks
from workers.net.session import OpenConnections, guarded_pool
from workers.storage.stream import ChunkReader

PART_SIZE = 8 * 1024 * 1024  # bytes held at once; 10,000 parts make 80 GiB
TIMEOUT = Timeout(connect=10.0, read=60.0)  # seconds
LONGEST = 3600.0  # seconds for the whole file: an upload holds a thread that others wait for
LASTING = frozenset(
    {
        "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket",
        "InvalidBucketName", "AllAccessDisabled", "AccountProblem", "EntityTooLarge",
        "AuthorizationHeaderMalformed", "PermanentRedirect",
    }
)  # fmt: skip
"""Error codes of S3 that no repetition mends."""


_STATUS = re.compile(r"Response code: (\d{3})")


class S3Export:
    """Puts the file into a bucket, in parts once it is longer than one."""

    vendor = "S3"
    scheme = "s3"

    def __init__(self, options: Mapping[str, str], allowed_networks: tuple[str, ...]) -> None:
        self._options = options
        self._networks = parse_networks(allowed_networks)

    def endpoint(self) -> str:
        """Return the address of the server."""
        return self._options["endpoint"]

    def region(self) -> str | None:
        """Return the region, or None to ask the server."""
        return self._options.get("region") or None

    def send(self, file: ExportFile) -> str:
        """Upload the file and return its ``s3://`` address."""
        bucket = self._options["bucket"]
        key = joined(self._options.get("folder", ""), file.name)
        reader = ChunkReader(file.read())
        try:
            with self._client() as client:
                client.put_object(
                    bucket,
                    key,
                    cast("BinaryIO", reader),
                    file.size,
                    content_type=file.content_type,
                    part_size=PART_SIZE,
                    num_parallel_uploads=1,  # each one more would hold a part
                )
        except (MinioException, HTTPError, AddressRefused, BadUrl, ValueError, OSError) as error:
            if reader.failure is not None:
                raise reader.failure from error
            raise self._failed(error) from error
        return f"{self.scheme}://{bucket}/{key}"

    @contextmanager
    def _client(self) -> Iterator[Minio]:
        """Open a client whose connections all pass the guard; they end with the block."""
        endpoint = self.endpoint()
        check_url(endpoint)
        url = urlsplit(endpoint)
        connections, retries = OpenConnections(), Retry(total=0, redirect=False)
        kind = partial(BoundedPool, connections)
        pool = guarded_pool(self._networks, connections, kind, timeout=TIMEOUT, retries=retries)
        try:
            with connections.cut_after(LONGEST):
                yield Minio(
                    url.netloc,
                    access_key=self._options["access_key"],
                    secret_key=self._options["secret_key"],
                    secure=url.scheme == "https",
                    region=self.region(),
                    http_client=pool,
                )
        finally:
            pool.clear()
            connections.close()

    def _failed(self, error: Exception) -> ExportFailed:
        """Tell the error without its text, which may hold signed URLs."""
        if isinstance(error, S3Error):
            again = error.code not in LASTING
            return ExportFailed(f"{self.vendor} answered {error.code}.", again=again)
        if isinstance(error, InvalidResponseError) and (status := _STATUS.search(str(error))):
            again = int(status[1]) >= SERVER_FAULT or int(status[1]) in PASSING
            return ExportFailed(f"{self.vendor} answered {status[1]}.", again=again)
        if isinstance(error, AddressRefused | BadUrl):
            return ExportFailed(f"{self.vendor}: {error.message}", again=False)
        if isinstance(error, ValueError):
            return ExportFailed(f"{self.vendor}: the target's options can't be used.", again=False)
        again = not isinstance(error, SSLError)
        return ExportFailed(f"{self.vendor} does not answer: {type(error).__name__}.", again=again)
