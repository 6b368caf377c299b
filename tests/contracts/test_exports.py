"""One suite over all kinds of export: the bytes arrive, whole, and nothing secret gets out."""

from __future__ import annotations

import json
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from schemas import registry
from schemas.export import OPTIONS
from tests.builders.receivers import drip_body, drip_head, raw_server
from tests.contracts.fake_vendors import TOKEN, Vendors, vendors
from workers.errors import ExportFailed, StorageUnavailable
from workers.exports.base import ExportFile
from workers.exports.dropbox import DropboxExport
from workers.exports.gcs import GcsExport
from workers.exports.onedrive import OneDriveExport
from workers.plugins import plugin
from workers.settings import Settings
from workers.storage.base import Storage

LOCAL = ("127.0.0.1/32",)
NAME = "1PBhj5EG_2026-05-15_19:02.csv"
MIB = 1024 * 1024
WAYS = ("s3", "gcs-hmac", "gcs", "dropbox", "dropbox-refresh", "onedrive", "onedrive-refresh")


@dataclass(frozen=True)
class ExportCase:
    """A way to export: what it is made with, and how to see what arrived."""

    kind: str
    options: Mapping[str, str]
    arrived: Callable[[str], bytes]

    def send(self, file: ExportFile, networks: tuple[str, ...] = LOCAL) -> str:
        """Make the member and send."""
        return str(plugin(registry.EXPORTS, self.kind)(self.options, networks).send(file))


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    """The vendors' server, in place of the real ones."""
    with vendors() as server:
        monkeypatch.setattr(GcsExport, "API", server.url)
        monkeypatch.setattr(DropboxExport, "CONTENT", server.url)
        monkeypatch.setattr(OneDriveExport, "GRAPH", server.url)
        for member in (GcsExport, DropboxExport, OneDriveExport):
            monkeypatch.setattr(member, "TOKEN_URL", f"{server.url}/token")
        yield server


@pytest.fixture(scope="session")
def service_account() -> str:
    """The JSON of a service account with a key of its own."""
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return json.dumps({"client_email": "robot@example.test", "private_key": pem})


@pytest.fixture(params=WAYS)
def target(  # noqa: PLR0917 - fixtures, which pytest passes by name
    request: pytest.FixtureRequest,
    vendor: Vendors,
    storage: Storage,
    s3_settings: Settings,
    service_account: str,
    monkeypatch: pytest.MonkeyPatch,
) -> ExportCase:
    """Each way in turn, into the folder `a/b`."""
    way = str(request.param)
    keys = {"access_key": s3_settings.s3_access_key, "secret_key": s3_settings.s3_secret_key}
    bucket = s3_settings.s3_bucket
    own = {"folder": "/a/b/", "access_token": TOKEN}
    refresh = {"folder": "a/b", "refresh_token": "the-refresh-token"}
    if way == "gcs-hmac":
        monkeypatch.setattr(GcsExport, "API", s3_settings.s3_endpoint)
    options: Mapping[str, Mapping[str, str]] = {
        "s3": {"endpoint": s3_settings.s3_endpoint, "bucket": bucket, "folder": "a/b", **keys},
        "gcs-hmac": {"bucket": bucket, "folder": "a/b", **keys},
        "gcs": {"bucket": "bucket", "folder": "a/b", "service_account": service_account},
        "dropbox": own,
        "dropbox-refresh": {**refresh, "app_key": "app", "app_secret": "app-secret"},
        "onedrive": own,
        "onedrive-refresh": {**refresh, "client_id": "app", "client_secret": "app-secret"},
    }

    def arrived(name: str) -> bytes:
        if way in {"s3", "gcs-hmac"}:
            return b"".join(storage.read(f"a/b/{name}"))
        prefix = {"gcs": "bucket/", "dropbox": "/", "onedrive": ""}[way.partition("-")[0]]
        return vendor.files[f"{prefix}a/b/{name}"]

    return ExportCase(way.partition("-")[0], options[way], arrived)


def file_of(content: bytes, size: int | None = None) -> ExportFile:
    """A file with this content, read in odd chunks."""

    def read() -> Iterator[bytes]:
        for start in range(0, len(content), 700_001):
            yield content[start : start + 700_001]

    return ExportFile(
        name=NAME,
        content_type="text/csv; charset=utf-8",
        size=len(content) if size is None else size,
        read=read,
    )


def stored_name(target: ExportCase) -> str:
    """OneDrive takes no colon."""
    return NAME.replace(":", "-") if target.kind == "onedrive" else NAME


@pytest.mark.parametrize("size", [0, 7, 16 * MIB, 20 * MIB + 7])
def test_a_file_of_any_size_arrives_whole(target: ExportCase, size: int) -> None:
    """Every byte, in order, whether it takes one call or an upload session."""
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]

    where = target.send(file_of(content))

    assert target.arrived(stored_name(target)) == content
    assert where.endswith(f"a/b/{stored_name(target)}")


def test_a_second_attempt_replaces_the_file(target: ExportCase) -> None:
    """An attempt whose outcome was lost is simply made again."""
    target.send(file_of(b"first"))
    target.send(file_of(b"second"))

    assert target.arrived(stored_name(target)) == b"second"


def test_memory_stays_bounded(target: ExportCase, vendor: Vendors) -> None:
    """A file of 64 MiB goes out in pieces."""
    vendor.forgetful = True

    def read() -> Iterator[bytes]:
        for _ in range(64):
            yield bytes(MIB)

    file = ExportFile(name=NAME, content_type="text/csv", size=64 * MIB, read=read)
    tracemalloc.start()
    try:
        target.send(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 40 * MIB


def test_a_private_address_is_refused_for_good(target: ExportCase) -> None:
    """Every connection passes the guard."""
    with pytest.raises(ExportFailed, match="private") as caught:
        target.send(file_of(b"x"), networks=())

    assert not caught.value.again


def test_a_fault_of_our_own_storage_passes_through(target: ExportCase) -> None:
    """It is not the target's fault, and the caller knows what to do."""

    def read() -> Iterator[bytes]:
        yield b"x"
        raise StorageUnavailable

    file = ExportFile(name=NAME, content_type="text/csv", size=10, read=read)

    with pytest.raises(StorageUnavailable):
        target.send(file)


@pytest.mark.parametrize(
    ("status", "again"), [(500, True), (429, True), (503, True), (401, False), (400, False)]
)
@pytest.mark.parametrize("target", WAYS[2:], indirect=True)
def test_refusals_say_whether_to_try_again(
    target: ExportCase,
    vendor: Vendors,
    status: int,
    again: bool,  # noqa: FBT001 - a table
) -> None:
    """5xx and 429 pass, the rest needs a person; no message repeats what the vendor was sent."""
    secrets = [value for name, value in target.options.items() if name not in {"folder", "bucket"}]
    vendor.broken = (status, f"<html>{secrets[0]}</html>".encode())

    with pytest.raises(ExportFailed, match=str(status)) as caught:
        target.send(file_of(b"x"))

    assert caught.value.again is again
    assert not any(secret in caught.value.message for secret in secrets)


@pytest.mark.parametrize("target", ["s3"], indirect=True)
def test_a_wrong_key_is_lasting(target: ExportCase) -> None:
    """Trying again with the same key helps nobody."""
    wrong = ExportCase("s3", {**target.options, "secret_key": "wrong"}, target.arrived)

    with pytest.raises(ExportFailed, match="S3 answered") as caught:
        wrong.send(file_of(b"x"))

    assert not caught.value.again


def gushes(line: socket.socket) -> None:
    """Answer without end."""
    line.sendall(b"HTTP/1.1 500 Oops\r\nContent-Length: 99999999999\r\n\r\n")
    while True:
        line.sendall(b"a" * 65_536)


@pytest.mark.parametrize("talk", [gushes, drip_head, drip_body])
def test_an_s3_server_of_any_kind_gets_a_bounded_time_and_a_bounded_hearing(
    monkeypatch: pytest.MonkeyPatch, talk: Callable[[socket.socket], None]
) -> None:
    """Users name it: one that never ends would hold a thread, or all memory."""
    monkeypatch.setattr("workers.exports.bounds.CALL_TIMEOUT", 1.0)
    keys = {"bucket": "b-1", "access_key": "a", "secret_key": "s", "region": "r"}
    began = time.monotonic()
    with raw_server(talk) as url:
        target = ExportCase("s3", {"endpoint": url, **keys}, lambda _: b"")
        tracemalloc.start()
        with pytest.raises(ExportFailed) as caught:
            target.send(file_of(b"x"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert caught.value.again
    assert time.monotonic() - began < 5
    assert peak < 8 * MIB


@pytest.mark.parametrize("target", ["gcs", "dropbox-refresh", "onedrive-refresh"], indirect=True)
def test_a_file_that_changed_is_no_file(target: ExportCase) -> None:
    """Half a file is never left as if it were whole."""
    with pytest.raises(ExportFailed, match="changed"):
        target.send(file_of(b"short", size=9))


def test_every_kind_has_its_options_and_its_class() -> None:
    """The lists of kinds are one list."""
    assert OPTIONS.keys() == registry.EXPORTS.keys()
    assert all(plugin(registry.EXPORTS, kind) for kind in registry.EXPORTS)
