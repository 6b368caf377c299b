from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import requests

from deploy.local import proc
from tests.acceptance.blows import down, holders, main_of
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(10, 20)
PRICE = 50  # thousandths of a credit
LAST_REQUEST = 3.0  # seconds after the reply
FROZEN = ("requestCount", "responseCount", "recordCount", "failedCount", "cost", "finishedAt")
SETTLES = 4.0  # seconds
ASLEEP = 1.5  # seconds: the supervisor replaces who is frozen for longer


def run_half(api: ApiClient, site: SiteServer) -> str:
    site.pause = 0.15
    process = str(api.run(truth.payload(SHOP, site.url))["id"])
    api.wait(process, lambda now: now["responseCount"] >= 25)
    return process


def charged(stack: RunningStack, process: str) -> int:
    rows = stack.rows("SELECT coalesce(-sum(amount), 0) FROM ledger WHERE process_id = %s", process)
    return int(rows[0][0])


def assert_receipt_holds(
    api: ApiClient, stack: RunningStack, receipt: dict[str, Any], replied: float, site: SiteServer
) -> None:
    now = api.get(f"/process/{receipt['id']}/info")
    late = [entry for entry in site.log if float(str(entry["time"])) > replied + LAST_REQUEST]

    assert (receipt["status"], receipt["state"]) == ("canceled", "canceled")
    assert now["status"] == "canceled"
    assert {name: now[name] for name in FROZEN} == {name: receipt[name] for name in FROZEN}
    assert late == []
    assert charged(stack, receipt["id"]) == receipt["responseCount"] * PRICE
    assert now["cost"] == -(-receipt["responseCount"] * PRICE // 1000)


def test_a_cancel_is_a_receipt(api: ApiClient, stack: RunningStack, site: SiteServer) -> None:
    """From the reply on nothing changes but the partial file; no request leaves 3 s later."""
    process = run_half(api, site)
    receipt = api.post(f"/process/{process}/cancel")
    replied = time.time()
    ended = api.wait(process, lambda now: now["results"] and now["logFile"])
    records = [json.loads(line) for line in api.file(ended["results"]).splitlines()]
    whole = {str(one["Title_href"]): one for one in truth.records(SHOP, site.url)}
    time.sleep(SETTLES)

    assert_receipt_holds(api, stack, receipt, replied, site)
    assert 0 < receipt["responseCount"] < 210
    assert len(records) == receipt["recordCount"]
    assert [one["Title_href"] for one in records] == list(whole)[: len(records)]
    for one in records:
        assert one["Title_details"] in ([], whole[one["Title_href"]]["Title_details"])
    assert requests.get(ended["logFile"], timeout=10).text.splitlines()[-1].startswith("# canceled")
    assert api.post(f"/process/{process}/cancel") | {"logFile": ""} == ended | {"logFile": ""}


def test_a_worker_that_comes_back_does_not_bring_a_canceled_process_back(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Frozen while the cancel came, a worker that wakes or starts again finds nothing to do."""
    process = run_half(api, site)
    children = holders(stack, process)
    proc.send(children, signal.SIGSTOP)
    receipt = api.post(f"/process/{process}/cancel")
    replied = time.time()
    time.sleep(ASLEEP)
    proc.send(children, signal.SIGCONT)
    time.sleep(LAST_REQUEST)
    os.kill(main_of(stack, "worker"), signal.SIGKILL)
    api.wait(process, lambda now: now["results"])
    time.sleep(SETTLES)

    assert_receipt_holds(api, stack, receipt, replied, site)


def test_a_process_that_waits_for_a_worker_is_canceled_too(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """A process canceled before its first slice never asks the site for anything."""
    with down(stack, "worker"):
        process = api.run(truth.payload(SHOP, site.url))["id"]
        receipt = api.post(f"/process/{process}/cancel")
    ended = api.wait(process, lambda now: now["logFile"])

    assert (receipt["status"], receipt["startedAt"]) == ("canceled", None)
    assert (ended["status"], ended["requestCount"], ended["cost"]) == ("canceled", 0, 0)
    assert site.paths() == []


def test_deleting_a_task_stops_what_runs(
    api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """Delete cancels first: the site is left alone and what was held is given back."""
    process = run_half(api, site)
    task = api.get(f"/process/{process}/info")["taskID"]
    deleted = api.call("DELETE", f"/task/{task}")
    replied = time.time()
    eventually(lambda: not stack.rows("SELECT 1 FROM processes WHERE id = %s", process))
    time.sleep(max(0.0, replied + SETTLES - time.time()))
    late = [entry for entry in site.log if float(str(entry["time"])) > replied + LAST_REQUEST]

    assert deleted.json() == {"deleted": "ok"}
    assert late == []
    assert api.call("GET", f"/process/{process}/info").status_code == 404
    assert api.get("/credits")["reserved"] == 0
