"""An account and processes of it that have just ended, for tests of what is told of that."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import psycopg2

from workers import accounts, deliver, deliveries
from workers.db import Database
from workers.ids import new_id
from workers.secrets import encrypt
from workers.settings import Settings
from workers.storage.base import Storage

PAYLOAD = {
    "name": "shop",
    "format": "jsonl",
    "request": {"url": "http://shop.test/"},
    "commonParent": ".card",
    "fields": [{"name": "Title", "selector": "h2"}],
}
RECORDS = [b'{"Title_text":"Caf\xc3\xa9"}', b'{"Title_text":"b"}']
FILE = b"\n".join(RECORDS) + b"\n"


@dataclass
class DeliveryWorld:
    """An account, and processes of it that have just ended."""

    database: Database
    storage: Storage
    settings: Settings
    account: accounts.Created

    def sql(self, text: str, *values: object) -> list[Any]:
        connection = psycopg2.connect(self.settings.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute(text, values)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def ended(
        self,
        webhook: str,
        *,
        state: str = "finished",
        exports: tuple[dict[str, str], ...] = (),
        webhook_headers: str = "",
        own_webhook: str = "",
    ) -> tuple[str, list[str]]:
        """Store a process that has ended; returns its id and its deliveries' hints."""
        task, process = new_id(), new_id()
        sealed = [encrypt(json.dumps(one), self.settings.secret_key) for one in exports]
        self.sql(
            "INSERT INTO tasks (id, account_id, name, webhook, webhook_headers, payload, exports)"
            " VALUES (%s, %s, 'shop', %s, %s, %s, %s)",
            task, self.account.account_id, webhook, webhook_headers, json.dumps(PAYLOAD),
            json.dumps(sealed),
        )  # fmt: skip
        key = f"{process}/results.jsonl"
        self.storage.put(key, [FILE], "application/jsonl")
        self.sql(
            "INSERT INTO processes (id, task_id, account_id, payload, state, finished_at,"
            " results_name, results_key, results_size, record_count, request_count,"
            " response_count, cost, webhook)"
            " VALUES (%s, %s, %s, %s, %s, now(), %s, %s, %s, 2, 1, 1, 50, %s)",
            process, task, self.account.account_id, json.dumps(PAYLOAD), state,
            f"{process[:8]}_2026-11-24_10:00.jsonl", key, len(FILE), own_webhook,
        )  # fmt: skip
        self.sql(
            "INSERT INTO pages (process_id, collection, position, key, url, host, state, verdict,"
            " records) VALUES (%s, 0, '{1}', gen_random_uuid(), 'http://shop.test/', 'shop.test',"
            " 'done', 'ok', %s)",
            process, b"\n".join(RECORDS).decode(),
        )  # fmt: skip
        with self.database.transaction("test") as tx:
            row = tx.one("delivery_process", process_id=process)
            return process, deliveries.enqueue(tx, row, f"process.{state}")

    def attempt(self, delivery: str, **changes: Any) -> None:
        """Make one attempt."""
        settings = replace(self.settings, **changes)
        deliver.attempt(self.database, self.storage, settings, delivery)

    def again(self, delivery: str) -> None:
        """Let the delivery be due now."""
        self.sql("UPDATE deliveries SET next_attempt_at = now() WHERE id = %s", delivery)

    def row(self, process: str) -> Any:
        """Return the first delivery of a process."""
        return self.rows(process)[0]

    def rows(self, process: str) -> list[Any]:
        """Return the deliveries of a process."""
        return deliveries.of_process(
            self.database, account_id=self.account.account_id, process_id=process
        )
