"""Objects in an S3 server, through the ``minio`` client."""

from __future__ import annotations

import ssl
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, cast
from urllib.parse import urlsplit

import certifi
from minio import Minio
from minio.datatypes import Upload
from minio.deleteobjects import DeleteObject
from urllib3 import PoolManager, Retry, Timeout

from workers import errors
from workers.crashpoint import around
from workers.net.trust import trust
from workers.settings import Settings, SettingsError
from workers.storage.faults import translated
from workers.storage.names import content_disposition
from workers.storage.stream import ChunkReader

CONNECT_TIMEOUT = 2.0  # seconds
READ_TIMEOUT = 10.0  # seconds between two bytes of an answer
PING_TIMEOUT = 1.0  # seconds to connect, and again to answer: two in all
PART_SIZE = 8 * 1024 * 1024  # bytes; S3 takes 10,000 parts, so files may grow to 80 GiB
LONGEST_LINK = 604_800  # seconds: SigV4 signs for seven days at most
_READ_CHUNK = 262_144  # bytes
_TRIES = Retry(
    total=2,
    backoff_factor=0.2,
    status_forcelist=(500, 502, 503, 504),
    respect_retry_after_header=False,  # a server must not make a job sleep as long as it likes
)


def _pool(timeout: Timeout, retries: Retry) -> PoolManager:
    """Return a connection pool that trusts the machine's certificates and the usual ones."""
    believed = ssl.create_default_context(cafile=trust().ca_file)
    believed.load_verify_locations(certifi.where())
    return PoolManager(timeout=timeout, retries=retries, maxsize=16, ssl_context=believed)


def _client(settings: Settings, variable: str, endpoint: str, http: PoolManager) -> Minio:
    """Return a client of ``endpoint``; with the region given, no call is needed to learn it."""
    url = urlsplit(endpoint)
    if url.scheme not in {"http", "https"} or not url.netloc or url.path.strip("/"):
        raise SettingsError(f"{variable}={endpoint!r} must read http://host:port or https://host")
    return Minio(
        url.netloc,
        access_key=settings.s3_access_key or None,
        secret_key=settings.s3_secret_key or None,
        secure=url.scheme == "https",
        region=settings.s3_region,
        http_client=http,
    )


class S3Storage:
    """One bucket of an S3 server; safe to use from several threads, not across a fork."""

    def __init__(self, settings: Settings) -> None:
        usual = _pool(Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT), _TRIES)
        brief = _pool(Timeout(connect=PING_TIMEOUT, read=PING_TIMEOUT), Retry(total=0))
        self._bucket = settings.s3_bucket
        self._s3 = _client(settings, "S3_ENDPOINT", settings.s3_endpoint, usual)
        self._probe = _client(settings, "S3_ENDPOINT", settings.s3_endpoint, brief)
        public = settings.s3_public_endpoint or settings.s3_endpoint
        self._signer = _client(settings, "S3_PUBLIC_ENDPOINT", public, usual)

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Upload ``chunks``, in parts once they exceed one; the last call makes them an object."""
        reader = ChunkReader(chunks)
        try:
            with translated():
                self._s3.put_object(
                    self._bucket,
                    key,
                    cast("BinaryIO", reader),
                    length=-1,
                    content_type=content_type,
                    part_size=PART_SIZE,
                    num_parallel_uploads=1,  # more would hold more parts in memory
                )
        except Exception:
            # When the abort of the upload fails too, it would hide what went wrong first.
            if reader.failure is not None:
                raise reader.failure from None
            raise
        with around("upload.check"):
            self._verify(key, reader.total)
        return reader.total

    def _verify(self, key: str, expected: int) -> None:
        """Make sure of the object: S3 may answer 200 and report an error in the body."""
        try:
            stored = self.size(key)
        except errors.ObjectMissing as error:
            raise errors.StorageUnavailable("The object storage lost an upload.") from error
        if stored != expected:
            raise errors.StorageUnavailable(f"{stored} of {expected} bytes were stored.")

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object's bytes in chunks.

        The size is asked for first: rclone's answer to a GET of a missing object is no S3 error.
        """
        self.size(key)
        with translated():
            response = self._s3.get_object(self._bucket, key)
            with closing(response):
                yield from response.stream(_READ_CHUNK)
                response.release_conn()

    def size(self, key: str) -> int:
        """Return the object's size in bytes."""
        with translated():
            return int(self._s3.stat_object(self._bucket, key).size or 0)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the objects, a thousand a call; a key that does not exist is no error."""
        objects = (DeleteObject(key) for key in keys)
        with translated():
            kept = [
                fault
                for fault in self._s3.remove_objects(self._bucket, objects)
                if fault.code != "NoSuchKey"
            ]
        if kept:
            raise errors.StorageUnavailable(f"{len(kept)} objects were not removed.")

    def abandon(self, seconds: float, *, keep: Collection[str]) -> int:
        """Abort the multipart uploads that whoever began them left behind."""
        before, dropped = datetime.now(UTC) - timedelta(seconds=seconds), 0
        for upload in self._uploads():
            begun, key = upload.initiated_time, upload.object_name
            if begun is None or begun > before or key in keep:
                continue
            with suppress(errors.ObjectMissing), translated():
                self._s3._abort_multipart_upload(self._bucket, key, upload.upload_id or "")  # noqa: SLF001 - the client has no public call
            dropped += 1
        return dropped

    def _uploads(self) -> Iterator[Upload]:
        """Yield the uploads that are no objects yet.

        All of the bucket, for MinIO takes a prefix for a whole key. The next page begins after a
        key: the client loses the server's marker within one.
        """
        marker: str | None = None
        while True:
            try:
                with translated():
                    page = self._s3._list_multipart_uploads(self._bucket, key_marker=marker)  # noqa: SLF001 - as above
            except errors.ObjectMissing:
                return  # rclone's answer as long as nobody has begun any
            yield from page.uploads
            marker = page.uploads[-1].object_name if page.is_truncated and page.uploads else None
            if marker is None:
                return

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with ``prefix``."""
        with translated():
            for item in self._s3.list_objects(self._bucket, prefix=prefix, recursive=True):
                yield str(item.object_name)

    def link(self, key: str, filename: str, seconds: int) -> str:
        """Return a link signed with SigV4, offline; longer than seven days is cut to seven."""
        return str(
            self._signer.presigned_get_object(
                self._bucket,
                key,
                expires=timedelta(seconds=min(max(seconds, 1), LONGEST_LINK)),
                response_headers={"response-content-disposition": content_disposition(filename)},
            )
        )

    def ping(self) -> None:
        """Ask for the bucket, once and briefly."""
        with translated():
            found = self._probe.bucket_exists(self._bucket)
        if not found:
            raise errors.StorageUnavailable(f"There is no bucket {self._bucket!r}.")

    def ensure(self) -> None:
        """Create the bucket unless it is there; another process may do so at the same moment."""
        with translated():
            if self._s3.bucket_exists(self._bucket):
                return
        try:
            with translated():
                self._s3.make_bucket(self._bucket)
        except errors.StorageUnavailable:
            with translated():
                if not self._s3.bucket_exists(self._bucket):
                    raise
