from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from minio import Minio

from deploy.local.objects import UNFINISHED
from deploy.local.services import Embedded, embedded
from tests.invariants import ask
from workers import sweep
from workers.db import Database
from workers.settings import Settings
from workers.storage.memory import MemoryStorage
from workers.storage.s3 import PART_SIZE, S3Storage

DAY = 86_400.0


class Told(MemoryStorage):
    """Notes what it is told to drop."""

    calls: tuple[float, Collection[str]] = (0.0, ())

    def abandon(self, seconds: float, *, keep: Collection[str]) -> int:
        """Note the call."""
        self.calls = (seconds, keep)
        return 1


def test_the_sweep_drops_uploads_of_yesterday_but_none_that_a_row_announces(
    database: Database,
) -> None:
    """Whoever writes has announced the key; what is finished or garbage is nobody's upload."""
    with database.transaction("test") as tx:
        for key in ("p/writing", "p/live", "p/garbage"):
            tx.do("announce_object", key=key, process_id="p")
        tx.do("set_objects", keys=["p/live"], state="live")
        tx.do("set_objects", keys=["p/garbage"], state="garbage")
    storage = Told(Settings())
    dropped = sweep.abandon_uploads(database, storage)

    assert dropped == 1
    assert storage.calls == (DAY, {"p/writing"})


OLDER = "UPDATE objects SET created_at = created_at - interval '2 minutes' RETURNING key"
NEXT_DAY = "UPDATE tombstones SET due_at = due_at - interval '25 hours' RETURNING key"


def test_a_worker_that_wakes_up_within_its_upload_leaves_nothing_behind(
    database: Database, database_url: str
) -> None:
    """What it writes after its object was given up is removed when a day has passed."""
    storage = MemoryStorage(Settings())
    with database.transaction("test") as tx:
        tx.do("announce_object", key="p/late", process_id="p")
    early = sweep.remove_garbage(database, storage)
    ask(database_url, OLDER)
    given_up = sweep.remove_garbage(database, storage)
    storage.put("p/late", [b"woken up"], "text/csv")
    soon = sweep.remove_garbage(database, storage), sweep.remove_garbage(database, storage)
    ask(database_url, NEXT_DAY)
    later = sweep.remove_garbage(database, storage)

    assert (early, given_up, soon, later) == (0, 1, (0, 0), 1)
    assert list(storage.keys()) == []
    assert sweep.remove_garbage(database, storage) == 0


def test_what_was_written_whole_is_removed_once(database: Database, database_url: str) -> None:
    """Its writer is done with it: no key is remembered for a day."""
    with database.transaction("test") as tx:
        tx.do("announce_object", key="p/whole", process_id="p")
        tx.do("set_objects", keys=["p/whole"], state="garbage")

    assert sweep.remove_garbage(database, MemoryStorage(Settings())) == 1
    assert ask(database_url, NEXT_DAY) == []


def test_a_deleted_process_gives_up_what_is_being_written_as_if_its_worker_had_died(
    database: Database, database_url: str
) -> None:
    """Not at once: its writer would finish an object that no row names."""
    with database.transaction("test") as tx:
        tx.do("announce_object", key="p/writing", process_id="p")
        tx.do("announce_object", key="p/there", process_id="p")
        tx.do("set_objects", keys=["p/there"], state="live")
        tx.do("discard_objects", process_id="p")

    assert ask(database_url, "SELECT key FROM objects WHERE state = 'garbage'") == [("p/there",)]


def test_two_clocks_forget_no_key_that_has_to_go_once_more(
    database: Database, database_url: str
) -> None:
    """The slower one has seen it due, too, and is done with it after the other."""
    with database.transaction("test") as tx:
        tx.do("announce_object", key="p/late", process_id="p")
    ask(database_url, OLDER)
    sweep.remove_garbage(database, MemoryStorage(Settings()))
    with database.transaction("test") as tx:
        tx.do("forget_tombstones", keys=["p/late"])

    assert ask(database_url, NEXT_DAY) == [("p/late",)]


def test_an_object_that_was_to_be_written_again_is_kept_while_a_row_names_it(
    database: Database, database_url: str
) -> None:
    """A log file that got a line; once it is garbage, it goes twice."""
    storage = MemoryStorage(Settings())
    storage.put("p/log", [b"x"], "text/plain")
    with database.transaction("test") as tx:
        tx.do("announce_object", key="p/log", process_id="p")
        tx.do("set_objects", keys=["p/log"], state="live")
        tx.do("expect_rewrite", key="p/log")
        tx.do("announce_object", key="p/gone", process_id="p")
        tx.do("set_objects", keys=["p/gone"], state="garbage")
        tx.do("expect_rewrite", key="p/gone")
    removed = sweep.remove_garbage(database, storage)
    left = ask(database_url, NEXT_DAY)
    again = sweep.remove_garbage(database, storage)

    assert (removed, sorted(left), again) == (1, [("p/gone",), ("p/log",)], 1)
    assert list(storage.keys()) == ["p/log"]
    assert ask(database_url, "SELECT key FROM tombstones") == []


def s3_of(services: Embedded) -> tuple[S3Storage, Minio]:
    """Return the storage of a home, and a client that can leave an upload behind."""
    given = Settings(
        s3_endpoint=services["S3_ENDPOINT"],
        s3_access_key=services["S3_ACCESS_KEY"],
        s3_secret_key=services["S3_SECRET_KEY"],
    )
    client = Minio(
        given.s3_endpoint.partition("://")[2],
        given.s3_access_key,
        given.s3_secret_key,
        secure=False,
        region=given.s3_region,
    )
    return S3Storage(given), client


def leave_upload(client: Minio, key: str) -> None:
    """Begin an upload as a worker does that then dies: a part, and no more."""
    bucket = Settings().s3_bucket
    upload = client._create_multipart_upload(bucket, key, {})  # noqa: SLF001 - the public call ends it, too
    client._upload_part(bucket, key, b"x" * PART_SIZE, {}, upload, 1)  # noqa: SLF001 - as above


def test_the_embedded_storage_forgets_what_was_never_uploaded_whole(tmp_path: Path) -> None:
    """It lists no uploads, so that its next start removes what they left on the disk."""
    with embedded(tmp_path) as services:
        storage, client = s3_of(services)
        storage.ensure()
        fresh = storage.abandon(-60.0, keep=())
        storage.put("p/whole.csv", [b"kept"], "text/csv")
        leave_upload(client, "p/half.csv")
        left = len(list(tmp_path.rglob(UNFINISHED)))
        listed = storage.abandon(-60.0, keep=())
        services.kill("storage")
        services.start("storage")

        assert left == 1, "the name of its temporary files has changed"
        assert fresh == 0
        assert listed == 0, "it lists uploads now: it needs no help any more"
        assert list(tmp_path.rglob(UNFINISHED)) == []
        assert b"".join(storage.read("p/whole.csv")) == b"kept"
        assert list(storage.keys()) == ["p/whole.csv"]
