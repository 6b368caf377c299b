from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from workers.settings import Settings
from workers.storage.s3 import S3Storage

DAY = 86_400.0
PAGE = 2  # uploads that the server lists at once

Upload = tuple[str, str, float]
"""Key, upload id, and seconds since it was begun."""


class Bucket(ThreadingHTTPServer):
    """An S3 server that lists uploads and aborts them: the embedded one can't list them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), UnfinishedHandler)
        self.uploads: list[Upload] = []
        self.gone: set[str] = set()
        Thread(target=self.serve_forever, daemon=True).start()

    def page(self, after: str) -> str:
        """Return the uploads to keys after ``after``, as many as fit."""
        left = sorted(upload for upload in self.uploads if upload[0] > after)
        listed = "".join(map(_told, left[:PAGE]))
        more = "true" if len(left) > PAGE else "false"
        return (
            "<ListMultipartUploadsResult><EncodingType>url</EncodingType>"
            f"<IsTruncated>{more}</IsTruncated>{listed}</ListMultipartUploadsResult>"
        )


def _told(upload: Upload) -> str:
    key, name, age = upload
    begun = (datetime.now(UTC) - timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return (
        f"<Upload><Key>{quote(key)}</Key><UploadId>{name}</UploadId>"
        f"<Initiated>{begun}</Initiated></Upload>"
    )


class UnfinishedHandler(BaseHTTPRequestHandler):
    """Answers the two calls."""

    server: Bucket

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """List uploads."""
        query = parse_qs(urlsplit(self.path).query)
        self._answer(200, self.server.page(query.get("key-marker", [""])[0]))

    def do_DELETE(self) -> None:
        """Abort an upload; one that is gone meanwhile is an error, as S3 has it."""
        (name,) = parse_qs(urlsplit(self.path).query)["uploadId"]
        if name in self.server.gone:
            self._answer(404, "<Error><Code>NoSuchUpload</Code></Error>")
            return
        self.server.uploads = [one for one in self.server.uploads if one[1] != name]
        self._answer(204, "")

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    server = Bucket()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def storage(bucket: Bucket) -> S3Storage:
    endpoint = f"http://127.0.0.1:{bucket.server_port}"
    return S3Storage(Settings(s3_endpoint=endpoint, s3_access_key="key", s3_secret_key="secret"))


def test_old_uploads_that_nobody_writes_are_aborted(bucket: Bucket, storage: S3Storage) -> None:
    """What is young, or may still be written, stays; a list of several pages is read to its end."""
    bucket.uploads = [
        ("p/a b.csv", "old", 2 * DAY),
        ("p/b.csv", "older", 3 * DAY),
        ("p/c.csv", "young", 0.5 * DAY),
        ("p/d.csv", "written", 2 * DAY),
        ("p/e.csv", "last", 2 * DAY),
    ]
    dropped = storage.abandon(DAY, keep={"p/d.csv"})

    assert dropped == 3
    assert [name for _, name, _ in bucket.uploads] == ["young", "written"]


def test_an_upload_that_is_gone_meanwhile_is_no_error(bucket: Bucket, storage: S3Storage) -> None:
    """Two clocks may do the same at once."""
    bucket.uploads = [("p/a.csv", "gone", 2 * DAY), ("p/b.csv", "old", 2 * DAY)]
    bucket.gone.add("gone")
    storage.abandon(DAY, keep=())

    assert [name for _, name, _ in bucket.uploads] == ["gone"]
