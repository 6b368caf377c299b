"""How fast a million records become a file: from Postgres to object storage, in each format.

A process that is over is written into a stack's Postgres; its file is made once a format by the
same job as always. Rows a second are of the worker's CPU; what Postgres and the storage used is
beside it. ``peak`` is the most resident memory of the worker's child while it worked.

    python -m benchmarks.outputs --count 1000000 --fields 10
"""

from __future__ import annotations

import argparse
import time

import orjson

from benchmarks.rig.stack import BenchStack, stack
from benchmarks.rig.table import say
from benchmarks.rig.watch import watched
from schemas import registry
from workers.ids import new_id

A_PAGE = 100  # records
PATIENCE = 600.0  # seconds for one file
LINE = "{:<6} {:>12} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9}"
HEADS = ("format", "rows/s CPU", "CPU s", "s", "peak MiB", "file MB", "database", "storage")
URL = "http://site.test/"
FILL = """
INSERT INTO pages (process_id, collection, position, key, url, host, state, page_number, verdict,
    record_count, records, done_at, http_status)
SELECT %s, 0, ARRAY[n], md5(n::text)::uuid, 'http://site.test/' || n, 'site.test', 'done', n, 'ok',
    %s, replace(%s, '@', n::text), now(), 200
FROM generate_series(1, %s) n
"""
AGAIN = """
UPDATE processes SET payload = (payload::jsonb || jsonb_build_object('format', %s::text))::json,
    state = 'publishing', publish_due = true, publish_after = now(), publish_attempts = 0,
    hinted_at = now() - interval '1 hour', results_name = NULL, finished_at = NULL
WHERE id = %s
"""


def records(fields: int) -> str:
    """Return a page's records; ``@`` stands for the page's number, so that no two are the same."""
    rows = (
        {f"F{n}_text": f"value {row} & name {n} of a row @" for n in range(fields)}
        for row in range(A_PAGE)
    )
    return "\n".join(orjson.dumps(row).decode() for row in rows)


def fill(running: BenchStack, count: int, fields: int) -> str:
    """Write a process with ``count`` records and return its id."""
    process, pages = new_id(), count // A_PAGE
    payload = {
        "name": "many",
        "format": "jsonl",
        "request": {"url": URL},
        "fields": [{"name": f"F{n}", "selector": "a", "type": 1} for n in range(fields)],
    }
    task = running.client.create(payload)
    running.sql(
        "INSERT INTO processes (id, task_id, account_id, payload, state, page_count, record_count,"
        " response_count, request_count, open_pages)"
        " SELECT %s, id, account_id, payload, 'finished', %s, %s, %s, %s, 0 FROM tasks"
        " WHERE id = %s",
        process, pages, count, pages, pages, task.id,
    )  # fmt: skip
    running.sql(FILL, process, A_PAGE, records(fields), pages)
    running.sql("VACUUM ANALYZE pages")
    running.sql("CHECKPOINT")
    return process


def measure(running: BenchStack, process: str, name: str, count: int) -> str:
    """Make the file in one format and return its line of the table."""
    before = running.cpu()
    began = time.monotonic()
    with watched(lambda: max(child.memory for child in running.children())) as peak:
        running.sql(AGAIN, name, process)
        while True:
            (row,) = running.sql("SELECT * FROM processes WHERE id = %s", process)
            if row.state == "finished":
                break
            if row.state == "failed" or time.monotonic() - began > PATIENCE:
                raise SystemExit(f"{name}: the process is {row.state}: {row.error_message}")
            time.sleep(0.1)
        took = time.monotonic() - began
    used = {part: seconds - before[part] for part, seconds in running.cpu().items()}
    rate, size = count / used["worker"], row.results_size / 1e6
    beside = (f"{used['database']:.1f}", f"{used['storage']:.1f}")
    cells = (f"{rate:,.0f}", f"{used['worker']:.1f}", f"{took:.1f}", f"{peak[0]:.0f}")
    return LINE.format(name, *cells, f"{size:,.1f}", *beside)


def main() -> None:
    """Measure every format, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="records")
    parser.add_argument("--fields", type=int, default=10, help="fields of a record")
    parser.add_argument("--format", choices=sorted(registry.OUTPUTS), action="append")
    given = parser.parse_args()
    say(LINE.format(*HEADS))
    for name in given.format or sorted(registry.OUTPUTS):
        # A stack of its own, so that the peak of a child is that of one format.
        with stack({"GRISTMILL_WORKERS": "1"}) as running:
            process = fill(running, given.count, given.fields)
            say(measure(running, process, name, given.count))


if __name__ == "__main__":
    main()
