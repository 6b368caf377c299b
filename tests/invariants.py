"""What must hold once all work is done, whatever died on the way: a function a rule.

Each takes the address of the Postgres (and the storage, or what others saw), and returns what is
not as it has to be, a sentence each; an empty list says that the rule holds. A rule that speaks of
every process leaves out those that were deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

import psycopg2

from workers.storage.base import Storage

BASE_PRICE, CHROME_PRICE = 50, 100  # thousandths of a credit a page, by default
ENDED = frozenset({"finished", "canceled", "failed"})

NAMED = """SELECT results_key FROM processes WHERE NOT deleted
UNION SELECT log_key FROM processes WHERE NOT deleted
UNION SELECT f.key FROM files f JOIN processes p ON p.id = f.process_id WHERE NOT p.deleted
UNION SELECT o.key FROM objects o JOIN pages g ON g.id = o.page_id WHERE o.state = 'live'"""
"""The objects that there have to be: results, in other formats too, logs, and kept pages."""


def ask(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Return what a query returns, committed."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []


def each_ends_once(url: str, ends: Mapping[str, int] | None = None) -> list[str]:
    """Every process is over, and its end was announced once (``ends``: how often, by process)."""
    found = []
    rows = ask(
        url,
        "SELECT p.id, p.state, p.publish_due, p.open_pages, t.webhook <> '', (SELECT count(*)"
        " FROM deliveries d WHERE d.process_id = p.id AND d.kind = 'webhook'"
        " AND d.webhook_id IS NULL AND d.target = t.webhook AND d.event <> 'process.pending')"
        " FROM processes p JOIN tasks t ON t.id = p.task_id"
        " WHERE NOT p.deleted",
    )
    for process, state, due, pages, announced, told in rows:
        wanted = (ends or {}).get(process, 1) if announced else 0
        if state not in ENDED or due:
            found.append(f"{process} is {state}{' and has no file yet' if due else ''}")
        if state == "finished" and pages:
            found.append(f"{process} has finished with {pages} open pages")
        if told != wanted:
            found.append(f"{process} announced {told} ends, not {wanted}")
    return found


def nobody_is_told_twice(url: str) -> list[str]:
    """Of one end each subscriber is told once; a run's own webhook once for its process."""
    rows = ask(
        url,
        "SELECT d.process_id, d.event, d.target, count(*) FROM deliveries d"
        " JOIN processes p ON p.id = d.process_id JOIN tasks t ON t.id = p.task_id"
        " WHERE d.kind = 'webhook' AND (d.webhook_id IS NOT NULL OR d.target <> t.webhook)"
        " GROUP BY d.process_id, d.event, d.target, d.webhook_id,"
        " CASE WHEN d.webhook_id IS NOT NULL THEN d.created_at END HAVING count(*) > 1",
    )
    return [f"{event} of {process} is told {n} times to {to}" for process, event, to, n in rows]


def records_are_the_truth(
    url: str, storage: Storage, process: str, truth: Iterable[Mapping[str, object]]
) -> list[str]:
    """The process' JSON Lines file holds the site's records, each once, in the site's order."""
    ((key, counted),) = ask(
        url, "SELECT results_key, record_count FROM processes WHERE id = %s", process
    )
    if key is None:
        return [f"{process} has no file"]
    lines = b"".join(storage.read(key)).splitlines()
    got, wanted = [json.loads(line) for line in lines], list(truth)
    found = [] if len(got) == counted else [f"{process} counts {counted}, has {len(got)} records"]
    if len(got) != len(wanted):
        found.append(f"{process} has {len(got)} of {len(wanted)} records")
    differing = (n for n, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b)
    found += [f"{process}, record {n}: {got[n]} and not {wanted[n]}" for n in differing]
    return found


def cost_is_the_ledger(url: str) -> list[str]:
    """The cost is the sum of the ledger and price times successes, and no page is charged twice."""
    rows = ask(
        url,
        "SELECT p.id, p.cost, p.response_count, coalesce(-sum(l.amount), 0)::bigint, count(l.id),"
        " count(DISTINCT l.page_id), coalesce(sum(CASE g.queue WHEN 'chrome' THEN %s ELSE %s END)"
        " FILTER (WHERE l.id IS NOT NULL), 0)::bigint"
        " FROM processes p LEFT JOIN ledger l ON l.process_id = p.id"
        " LEFT JOIN pages g ON g.id = l.page_id WHERE NOT p.deleted GROUP BY p.id",
        CHROME_PRICE,
        BASE_PRICE,
    )
    return [
        f"{process} cost {cost}; its ledger {ledger}, {charges} charges for {pages} pages"
        f" worth {worth}; {successes} successes"
        for process, cost, successes, ledger, charges, pages, worth in rows
        if not (cost == ledger == worth and charges == pages == successes)
    ]


def balances_add_up(url: str) -> list[str]:
    """What was paid in less what was charged is the balance, and nothing is held any more."""
    rows = ask(
        url,
        "SELECT a.name, a.balance, a.reserved, a.spent, a.unlimited,"
        " coalesce(sum(l.amount), 0)::bigint,"
        " coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)::bigint"
        " FROM accounts a LEFT JOIN ledger l ON l.account_id = a.id GROUP BY a.id",
    )
    return [
        f"account {name}: {balance=} {reserved=} {spent=}, in the ledger {total=} {charged=}"
        for name, balance, reserved, spent, unlimited, total, charged in rows
        if reserved or balance < 0 or spent != charged or (not unlimited and balance != total)
    ]


def requests_were_counted(url: str, processes: Sequence[str], asked: int) -> list[str]:
    """The site saw ``asked`` requests: no more than were counted, no fewer than it answered."""
    ((low, high),) = ask(
        url,
        "SELECT coalesce(sum(response_count), 0), coalesce(sum(request_count), 0) FROM processes"
        " WHERE id = ANY(%s)",
        list(processes),
    )
    fine = low <= asked <= high
    return [] if fine else [f"{low} responses, {asked} requests seen, {high} counted"]


def webhooks_arrived(url: str, got: Sequence[tuple[str, bytes]]) -> list[str]:
    """Every webhook arrived at least once, always with the same body (``got``: id and body)."""
    bodies: dict[str, set[bytes]] = {}
    for key, body in got:
        bodies.setdefault(key, set()).add(body)
    rows = ask(url, "SELECT id, process_id, event, state FROM deliveries WHERE kind = 'webhook'")
    found = [f"{key} came with {len(some)} bodies" for key, some in bodies.items() if len(some) > 1]
    found += [f"{key} came and no row knows it" for key in bodies.keys() - {row[0] for row in rows}]
    for key, process, event, state in rows:
        if state != "delivered" or key not in bodies:
            found.append(f"{event} of {process} is {state}, arrived: {key in bodies}")
    return found


def objects_are_named(url: str, storage: Storage) -> list[str]:
    """Storage holds exactly the objects that processes name, and the list of objects just those."""
    there = set(storage.keys())
    named = {key for (key,) in ask(url, NAMED) if key}
    listed = {key for (key,) in ask(url, "SELECT key FROM objects")}
    return [
        f"object {key}: stored {key in there}, named {key in named}, listed {key in listed}"
        for key in sorted(there | named | listed)
        if not (key in there and key in named and key in listed)
    ]


def nothing_is_held(url: str) -> list[str]:
    """No slice, no slot at a host, no page in flight, no page's price and no delivery is held."""
    counts = {
        "slices": "SELECT count(*) FROM slices",
        "slots at hosts": "SELECT count(*) FROM host_slots",
        "pages in flight": "SELECT count(*) FROM pages WHERE state = 'running'",
        "pages whose price is held": "SELECT count(*) FROM pages WHERE reserved <> 0",
        "deliveries under way": "SELECT count(*) FROM deliveries WHERE state = 'waiting'",
        "documents without a file": "SELECT count(*) FROM documents",
        "looks without a document": "SELECT count(*) FROM looks",
        "given pages that were seen": "SELECT count(*) FROM given_pages",
    }
    left = {name: ask(url, query)[0][0] for name, query in counts.items()}
    return [f"{count} {name} are left" for name, count in left.items() if count]
