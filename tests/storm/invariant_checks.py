"""The invariants of a storm, each one function: how much was looked at, and what was broken.

Those that hold after any crash are in ``tests.invariants``; here are those that need a client who
watched while it stormed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import requests

from schemas import registry
from schemas.payload import load_plan
from tests import invariants
from tests.acceptance.client import RunningStack
from tests.builders.receivers import Receiver
from tests.site import truth
from tests.site.server import SiteServer
from tests.storm.caller import Answers
from tests.storm.load import COUNTERS, DrivenRun, StormLoad
from workers import plugins
from workers.settings import load as load_settings
from workers.storage.base import Storage
from workers.storage.s3 import S3Storage

PRICES = {False: invariants.BASE_PRICE, True: invariants.CHROME_PRICE}  # True: in the browser
GRACE = 3.0  # seconds after a cancel's reply for a request that was on its way


@dataclass
class Evidence:
    """What an invariant may look at after the storm."""

    runs: list[DrivenRun]
    stack: RunningStack
    url: str
    storage: Storage
    site: SiteServer
    hooks: Receiver
    answers: Answers
    payload: Callable[[DrivenRun], dict[str, Any]]
    asked: dict[str, list[tuple[float, str]]]
    """What the site was asked for, by shop: when, and which path."""

    @classmethod
    def of(
        cls,
        stack: RunningStack,
        site: SiteServer,
        hooks: Receiver,
        load: StormLoad,
        answers: Answers,
    ) -> Evidence:
        """Gather it once the load has ended."""
        asked: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for entry in site.log:
            parts = str(entry["path"]).split("/")
            if parts[1] == "shop":
                asked[parts[2]].append((float(str(entry["time"])), str(entry["path"])))
        environment = stack.environment()
        storage = S3Storage(load_settings(environment))
        return cls(
            runs=load.runs,
            stack=stack,
            url=environment["DATABASE_URL"],
            storage=storage,
            site=site,
            hooks=hooks,
            answers=answers,
            payload=load.payload,
            asked=asked,
        )


@dataclass
class Breach:
    """``checked`` things were looked at; ``broken`` says what was not as it has to be."""

    checked: int = 0
    broken: list[str] = field(default_factory=list)

    def check(self, fine: object, what: str) -> None:
        """Look at one thing."""
        self.checked += 1
        if not fine:
            self.broken.append(what)


def ends_once(evidence: Evidence) -> Breach:
    """Each accepted process ends, exactly once, as what its client asked for; nothing is held."""
    found = Breach(broken=[*invariants.each_ends_once(evidence.url), *_held(evidence)])
    known = {row[0] for row in evidence.stack.rows("SELECT id FROM processes")}
    ids = {run.id for run in evidence.runs}
    found.check(len(ids) == len(evidence.runs), "a process was given to two clients")
    found.check(known == ids, f"nobody was told of {known - ids}")
    for run in evidence.runs:
        canceled = run.receipt is not None and run.receipt["status"] == "canceled"
        wanted = "canceled" if canceled else "finished"
        found.check(run.seen["status"] == wanted, f"{run.number}: {run.seen}")
    return found


def _held(evidence: Evidence) -> list[str]:
    return invariants.nothing_is_held(evidence.url)


def expected(run: DrivenRun, payload: dict[str, Any], base: str) -> tuple[Any, Any]:
    """Return the records of a whole process, as objects and as the bytes of its file."""
    records = list(truth.records(run.shop, base))
    plan = load_plan(payload, task_name="shop")
    encode = plugins.plugin(registry.OUTPUTS, run.output)(plan).encode
    return records, b"".join(encode(orjson.dumps(record) for record in records))


def records_are_the_truth(evidence: Evidence) -> Breach:
    """The file holds the site's records, each once, in order; a cancelled one some of them."""
    found = Breach()
    for run in evidence.runs:
        name = run.seen["results"]
        file = fetch(evidence, name)
        records, whole = expected(run, evidence.payload(run), evidence.site.url)
        if run.seen["status"] == "canceled":
            fine = is_part([json.loads(line) for line in file.splitlines()], records)
        elif file and run.output in {"json", "jsonl"}:
            got = json.loads(file) if run.output == "json" else map(json.loads, file.splitlines())
            fine = list(got) == records
        else:
            fine = file == whole
        found.check(fine, f"{run.number}: {name} differs")
    return found


def followers_get_each_record_once(evidence: Evidence) -> Breach:
    """Who followed has the records of the file, as many times as it has them: once."""
    found = Breach()
    for run in evidence.runs:
        records, _ = expected(run, evidence.payload(run), evidence.site.url)
        if run.seen["status"] == "canceled":
            file = fetch(evidence, run.seen["results"])
            records = [json.loads(line) for line in file.splitlines()]
        got = run.followed
        if not run.settled:  # a record comes with the details that are known by then
            got, records = _bare(got), _bare(records)
        same = sorted(map(_canonical, got)) == sorted(map(_canonical, records))
        found.check(same, f"{run.number}: {len(got)} of {len(records)} records, or other ones")
    return found


def _canonical(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


def _bare(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records without their details."""
    return [{**record, "Title_details": None} for record in records]


def fetch(evidence: Evidence, name: str) -> bytes:
    """Return a results file through its presigned link, as whichever account it belongs to."""
    found = evidence.stack.rows("SELECT results_key FROM processes WHERE results_name = %s", name)
    if not found:
        return b""
    link = evidence.storage.link(found[0][0], name, 600)
    return requests.get(link, timeout=30).content


def is_part(part: list[dict[str, Any]], whole: list[dict[str, Any]]) -> bool:
    """Whether ``part`` are some of the records, in order; details may be missing."""
    at: Iterator[dict[str, Any]] = iter(whole)
    return all(
        any(
            {**one, "Title_details": None} == {**other, "Title_details": None}
            and one["Title_details"] in ([], other["Title_details"])
            for other in at
        )
        for one in part
    )


def cost_is_the_ledger(evidence: Evidence) -> Breach:
    """The cost is the sum of the ledger and price x successes, one row a page."""
    found = Breach(broken=invariants.cost_is_the_ledger(evidence.url))
    for run in evidence.runs:
        told = run.seen["cost"] == -(-PRICES[run.chrome] * run.seen["responseCount"] // 1000)
        found.check(told, f"{run.number}: the API tells {run.seen['cost']}")
    return found


def balances_add_up(evidence: Evidence) -> Breach:
    """What was paid in less what was spent is the balance; nothing is held, nothing below zero."""
    ((accounts,),) = evidence.stack.rows("SELECT count(*) FROM accounts")
    return Breach(accounts, invariants.balances_add_up(evidence.url))


def log_lies_between_the_counters(evidence: Evidence) -> Breach:
    """The site saw no request that was not counted, and at least one for each that succeeded."""
    found = Breach()
    for run in evidence.runs:
        asked = evidence.asked.get(run.shop.name, [])
        found.broken += invariants.requests_were_counted(evidence.url, [run.id], len(asked))
        seen = len({path for _, path in asked})
        whole = run.seen["responseCount"] == run.pages == seen
        found.check(run.seen["status"] != "finished" or whole, f"{run.number}: {seen} pages asked")
    return found


def counters_never_go_back(evidence: Evidence) -> Breach:
    """No counter goes back and no end is undone, as polled through the API during the storm."""
    found = Breach(checked=len(evidence.runs))
    found.broken = [f"{run.number}: {what}" for run in evidence.runs for what in run.wrong]
    return found


def webhooks_arrive(evidence: Evidence) -> Breach:
    """Every event is delivered at least once, always with the same id and the same body."""
    got = [(one.headers["webhook-id"], one.body) for one in evidence.hooks.got]
    ((events,),) = evidence.stack.rows("SELECT count(*) FROM deliveries")
    return Breach(events, invariants.webhooks_arrived(evidence.url, got))


def objects_are_what_rows_name(evidence: Evidence) -> Breach:
    """Storage holds exactly the objects that rows name, once the garbage was collected."""
    ((objects,),) = evidence.stack.rows("SELECT count(*) FROM objects")
    return Breach(objects, invariants.objects_are_named(evidence.url, evidence.storage))


def cancels_are_receipts(evidence: Evidence) -> Breach:
    """After a cancel's reply nothing changes, and no request starts later than 3 s."""
    found = Breach()
    for run in evidence.runs:
        if run.receipt is None or run.receipt["status"] != "canceled":
            continue
        same = all(run.seen[name] == run.receipt[name] for name in (*COUNTERS, "status"))
        found.check(same, f"{run.number}: {run.receipt} became {run.seen}")
        late = [
            at for at, _ in evidence.asked.get(run.shop.name, []) if at > run.canceled_at + GRACE
        ]
        found.check(not late, f"{run.number}: {len(late)} requests after its cancel")
    return found


def fences_hold(evidence: Evidence) -> Breach:
    """No page is ever committed by a slice that was fenced off: dead, cancelled, or frozen."""
    found = Breach()
    query = "SELECT count(*), count(*) FILTER (WHERE NOT stood) FROM witnessed"
    found.checked, broken = evidence.stack.rows(query)[0]
    found.broken = [f"{broken} pages"] if broken else []
    return found


def answers_are_decent(evidence: Evidence) -> Breach:
    """2xx, 4xx, or 503 with Retry-After, within 5 s; never 500, but for a dead gunicorn."""
    answers = evidence.answers
    return Breach(answers.count, answers.broken)


INVARIANTS: dict[str, Callable[[Evidence], Breach]] = {
    "each accepted process ends exactly once": ends_once,
    "records equal the site's truth, each once, in order": records_are_the_truth,
    "who follows a run gets each record once": followers_get_each_record_once,
    "cost = ledger = price x successes": cost_is_the_ledger,
    "balances move by exactly that, and never below zero": balances_add_up,
    "responseCount ≤ access log ≤ requestCount": log_lies_between_the_counters,
    "counters never go back": counters_never_go_back,
    "webhooks arrive, with one id and one body": webhooks_arrive,
    "objects are exactly those that rows name": objects_are_what_rows_name,
    "nothing follows a cancel's reply": cancels_are_receipts,
    "no slice commits past its fence": fences_hold,
    "the API answers 2xx, 4xx or 503 within 5 s": answers_are_decent,
}
