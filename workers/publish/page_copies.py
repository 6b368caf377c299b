"""Pages that can't be read, kept as objects for whoever wants to see why."""

from __future__ import annotations

from schemas.slice import OpenSlice
from workers import frontier
from workers.crashpoint import around
from workers.db import Database
from workers.db.named import COUNT_PAGE_COPIES
from workers.errors import StorageUnavailable
from workers.ids import new_id
from workers.log import get_logger
from workers.storage.base import Storage

MOST_PAGES = 3  # of a process: the next ones look like the first
MOST_BYTES = 2 * 1024 * 1024  # of a page; what is beyond is cut off
CONTENT_TYPE = "application/octet-stream"  # so that no browser runs a stranger's page from our host

log = get_logger()


def keep(
    database: Database, storage: Storage, slice_: OpenSlice, page_id: int, body: bytes
) -> str | None:
    """Store ``body`` and return its key; None where there is no room, or no storage just now.

    The key is announced first. It counts once the page's outcome is committed with it.
    """
    key = f"{slice_.process_id}/kept-{new_id()}.html"
    with database.transaction("keep_page") as tx:
        frontier.guarded(tx, slice_)
        if tx.the(COUNT_PAGE_COPIES, process_id=slice_.process_id).n >= MOST_PAGES:
            return None
        tx.do("announce_page_copy", key=key, process_id=slice_.process_id, page_id=page_id)
    try:
        with around("upload.kept"):
            storage.put(key, [body[:MOST_BYTES]], CONTENT_TYPE)
    except StorageUnavailable:
        log.warning("page_not_kept", page=page_id)
        return None
    return key
