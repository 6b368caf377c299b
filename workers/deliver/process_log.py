"""What became of an export, as a line of the process' log: in its row first, then in the file."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

from schemas.rows.processes import NotedProcessRow
from workers.crashpoint import around
from workers.db import Database, Transaction
from workers.db.named import LOCK_LOG
from workers.errors import DatabaseUnavailable, ObjectMissing, StorageUnavailable
from workers.publish.contents import LOG_TYPE
from workers.storage.base import Storage


def note(tx: Transaction, process: NotedProcessRow, text: str) -> None:
    """Keep a line in the process' row, of which every later log file is made."""
    tx.do("note_process", process_id=process.id, note=text)
    if process.log_key is not None:
        tx.do("expect_rewrite", key=process.log_key)


def append(database: Database, storage: Storage, process: NotedProcessRow, text: str) -> None:
    """Add the line to the log file, in place: links to it are out, and no row has to change.

    Its process is locked, so that two lines can't overwrite each other. A file that was made anew
    since the line was noted holds it already. Where a part is away, the row alone has the line.
    """
    line = f"# {' '.join(text.split())}\n".encode()
    away = suppress(DatabaseUnavailable, StorageUnavailable, ObjectMissing)
    with away, database.transaction("append_note") as tx:
        tx.later("hold_long")
        found = tx.one(LOCK_LOG, process_id=process.id, key=process.log_key)
        if found is not None:
            with around("append_log"):
                storage.put(found.log_key, chain(storage.read(found.log_key), [line]), LOG_TYPE)
