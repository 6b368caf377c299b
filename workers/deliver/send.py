"""Sends one webhook or one export, once, and says how it went."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from schemas.results_file import results_file
from schemas.rows.deliveries import LeasedDeliveryRow
from workers.crashpoint import around
from workers.db import Database
from workers.db.named import DELIVERY_PROCESS
from workers.deliver import upload, webhook_body
from workers.deliver.webhook import headers
from workers.errors import ExportFailed, FetchError, NotAvailable
from workers.net import client
from workers.net.client import Call
from workers.net.guard import parse_networks
from workers.secrets import decrypt
from workers.settings import Settings
from workers.storage.base import Storage

ANSWER_BYTES = 4096  # of the receiver's answer are read, for good manners only
SUCCESSES = range(200, 300)
GONE = 410  # RFC 9110 section 15.5.11: the receiver wants no more of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an attempt went: ``error`` is None when it arrived; ``note`` is for the process log.

    ``again``: another attempt may do better. ``slow``: it ran into its timeout. ``gone``: the
    receiver said that it wants no more of it.
    """

    error: str | None = None
    status: int | None = None
    again: bool = True
    slow: bool = False
    gone: bool = False
    note: str = ""


def send_webhook(
    database: Database, storage: Storage, settings: Settings, row: LeasedDeliveryRow
) -> Result:
    """Post the body that was kept for this delivery, or is made now and kept before it leaves."""
    if row.unsubscribed:
        return Result(error="The webhook was deleted: nobody is to be told any more.", again=False)
    body = webhook_body.body_of(database, storage, settings, row)
    if body is None:
        return Result(error="Another worker took over.")
    try:
        call = _call(settings, row, body)
    except NotAvailable as error:
        return Result(error=error.message)
    began = time.monotonic()
    status, fault = _post(settings, call)
    slow = time.monotonic() - began >= settings.webhook_timeout
    gone = status == GONE
    return Result(error=fault, status=status, again=not gone, slow=slow, gone=gone)


def _call(settings: Settings, row: LeasedDeliveryRow, body: bytes) -> Call:
    """Return the call; raises ``NotAvailable`` when the task's own headers can't be decrypted."""
    own = json.loads(decrypt(row.options, settings.secret_key)) if row.options else {}
    return Call(
        method="POST",
        url=row.target,
        headers={**own, **headers(row.webhook_secret, row.id, int(time.time()), body)},
        data=body,
        timeout=settings.webhook_timeout,
        max_bytes=ANSWER_BYTES,
    )


def _post(settings: Settings, call: Call) -> tuple[int | None, str | None]:
    """Return the receiver's status, None without an answer, and what is wrong, None if nothing."""
    try:
        with around("webhook"):
            status = client.send(call, parse_networks(settings.allowed_networks)).status
    except FetchError as error:
        return None, error.message
    return status, None if status in SUCCESSES else f"The receiver answered {status}."


def send_export(
    database: Database, storage: Storage, settings: Settings, row: LeasedDeliveryRow
) -> Result:
    """Upload the results file to the target of this delivery."""
    with database.reading() as tx:
        process = tx.one(DELIVERY_PROCESS, process_id=row.process_id)
    file = None if process is None else results_file(process)
    if file is None:
        return Result(error="The results file is gone.", again=False)
    try:
        with around("export"):
            where = upload.upload(storage, settings, file, row.options)
    except ExportFailed as error:
        note = f"Export to {row.target} failed: {error.message}"
        return Result(error=error.message, again=error.again, note=note)
    return Result(note=f"Export to {row.target}: stored as {where}")
