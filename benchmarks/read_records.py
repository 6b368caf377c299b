"""Measures how long it takes to read all records of a large process, a thousand at a time.

Its pages are written straight into Postgres, 20 records each, as done and in a shuffled order of
arrival; then one client reads them through the API, from link to link. ``--details`` gives each
record a details page of its own, which is looked up and nested.

    python -m benchmarks.read_records --records 1000000
    python -m benchmarks.read_records --records 100000 --details
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import closing

import psycopg2
import requests

from benchmarks.rig.stack import API_KEY, BenchStack, stack

EACH = 20  # records of a page
PAYLOAD = {
    "format": "jsonl",
    "request": {"url": "http://127.0.0.1/"},
    "fields": [{"name": "T", "selector": "a", "type": 2, "attrs": ["text", "href"]}],
}
DETAILS = {"name": "item", "fields": [{"name": "P", "selector": "b"}]}
TOP = """
INSERT INTO pages (process_id, collection, position, key, url, host, state, verdict, arrival,
    record_count, records, done_at)
SELECT %(process)s, 0, ARRAY[n], md5('top' || n)::uuid, 'http://known.invalid/' || n,
    'known.invalid', 'done', 'ok', 1 + (n * 7919::bigint) %% %(pages)s, %(each)s,
    (SELECT string_agg(format('{"T_text":"Record %%s of page %%s","T_href":'
        '"http://known.invalid/item/%%s/%%s"%%s}', k, n, n, k,
        CASE WHEN %(details)s
            THEN format(',"T_details":["%%s"]', md5(format('%%s/%%s', n, k))) END),
        E'\\n' ORDER BY k) FROM generate_series(1, %(each)s) k), now()
FROM generate_series(1, %(pages)s) n
"""
BELOW = """
INSERT INTO pages (process_id, collection, position, key, url, host, state, verdict, record_count,
    records, done_at)
SELECT %(process)s, 1, ARRAY[n, k, 0, 0, 1], md5(format('%%s/%%s', n, k))::uuid,
    'http://known.invalid/item', 'known.invalid', 'done', 'ok', 1,
    format('{"P_text":"%%s EUR, in stock"}', n * k), now()
FROM generate_series(1, %(pages)s) n, generate_series(1, %(each)s) k
"""
END = """
UPDATE processes SET state = 'finished', error_code = NULL, error_message = NULL,
    arrivals = %(pages)s, record_count = %(pages)s * %(each)s WHERE id = %(process)s
"""


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def prepare(running: BenchStack, records: int, *, details: bool) -> str:
    """Return a process that has ended and has so many records."""
    field = PAYLOAD["fields"][0] | ({"details": DETAILS} if details else {})  # type: ignore[index]
    payload = {**PAYLOAD, "fields": [field]}
    run = running.client.create({"name": "large", "payload": payload}).run()
    while not running.sql("SELECT 1 FROM processes WHERE state = 'failed' AND NOT publish_due"):
        time.sleep(0.2)
    values = {
        "process": run.id, "pages": records // EACH, "each": EACH, "details": details,
    }  # fmt: skip
    running.sql("DELETE FROM pages WHERE process_id = %s", run.id)
    with closing(psycopg2.connect(running.address)) as connection, connection.cursor() as cursor:
        for statement in (TOP, *([BELOW] if details else []), END):
            cursor.execute(statement, values)
        connection.commit()
    running.sql("ANALYZE pages")
    return str(run.id)


def read_through(running: BenchStack, process: str, wishes: str) -> int:
    """Read every record and print what it took; returns how many there were."""
    url = f"/v1/process/{process}/records?limit=1000&format=jsonl&{wishes}"
    before, began, slowest, records, size = running.cpu(), time.monotonic(), 0.0, 0, 0
    with requests.Session() as session:
        session.headers["X-Api-Key"] = API_KEY
        while url:
            asked = time.monotonic()
            answer = session.get(running.url + url, timeout=60)
            answer.raise_for_status()
            slowest = max(slowest, time.monotonic() - asked)
            records += answer.content.count(b"\n")
            size += len(answer.content)
            url = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    seconds = time.monotonic() - began
    used = {part: after - before[part] for part, after in running.cpu().items()}
    say(
        f"  {wishes:32} {records:>9,} records, {size / 2**20:.0f} MiB: {seconds:.1f} s,"
        f" the slowest answer {slowest * 1000:.0f} ms; CPU web {used['web']:.1f} s,"
        f" Postgres {used['database']:.1f} s"
    )
    return records


def main() -> None:
    """Print what the options ask for; 1 where a record was missing or came twice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.read_records", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--details", action="store_true")
    given = parser.parse_args()
    with stack({}) as running:
        process = prepare(running, given.records, details=given.details)
        wishes = ("order=document", "order=arrival", "order=arrival&settled=true")
        counts = {read_through(running, process, one) for one in wishes}
    if counts != {given.records // EACH * EACH}:
        raise SystemExit(f"{counts} records were read")


if __name__ == "__main__":
    main()
