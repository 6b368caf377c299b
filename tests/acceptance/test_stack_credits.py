from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.acceptance.client import Account, RunningStack
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(4, 10)
PAGES = 4 + 40
NewAccount = Callable[..., Account]


def asked(site: SiteServer) -> Counter[str]:
    return Counter(path for path in site.paths() if path.startswith("/shop/"))


def test_a_process_waits_for_credits_and_goes_on_by_itself(
    stack: RunningStack, site: SiteServer, new_account: NewAccount
) -> None:
    """Pending with a partial file; after a top-up the same process ends, nothing fetched twice."""
    account = new_account("--credits", "1.03")
    api = account.api
    process = api.run(truth.payload(SHOP, site.url))["id"]
    pending = api.wait(process, lambda now: now["state"] == "pending" and now["results"])
    partial = [json.loads(line) for line in api.file(pending["results"]).splitlines()]
    poor = api.get("/credits")
    time.sleep(2)
    still = api.get(f"/process/{process}/info")
    seen_before = asked(site).total()
    stack.gristmill("credits", "add", account.id, "10")
    began = time.monotonic()
    ended = api.wait(process, lambda now: now["status"] == "finished")
    print(f"resumed and finished {time.monotonic() - began:.1f} s after the top-up")  # noqa: T201
    lines = api.file(ended["results"]).splitlines()

    assert (pending["status"], pending["finishedAt"]) == ("pending", None)
    assert (pending["responseCount"], pending["cost"]) == (20, 1)
    assert pending["missingCredits"] >= 1
    assert poor == {"balance": 0.03, "reserved": 0, "spent": 1, "unlimited": False}
    assert 0 < len(partial) <= 40
    assert [one["Title_text"] for one in partial] == [
        truth.title(n + 1) for n in range(len(partial))
    ]
    assert (still["status"], still["responseCount"]) == ("pending", 20)
    assert seen_before == 20
    assert ended["results"].partition("_")[0] == process[:8]
    assert [json.loads(line) for line in lines] == list(truth.records(SHOP, site.url))
    assert (ended["requestCount"], ended["responseCount"], ended["cost"]) == (PAGES, PAGES, 3)
    assert ended["missingCredits"] == 0
    assert asked(site) == Counter(dict.fromkeys(asked(site), 1))
    assert asked(site).total() == PAGES
    assert api.get("/credits") == {"balance": 8.83, "reserved": 0, "spent": 2.2, "unlimited": False}


def test_an_account_without_credits_fetches_nothing(
    site: SiteServer, new_account: NewAccount
) -> None:
    """Not a single request leaves that could not be paid for."""
    api = new_account("--credits", "0").api
    process = api.run(truth.payload(SHOP, site.url))["id"]
    pending = api.wait(process, lambda now: now["status"] == "pending")

    assert (pending["requestCount"], pending["cost"], pending["missingCredits"]) == (0, 0, 1)
    assert asked(site).total() == 0


def test_processes_that_compete_never_overdraw_an_account(
    stack: RunningStack, site: SiteServer, new_account: NewAccount
) -> None:
    """Four processes share two credits: forty pages between them, and the balance ends at 0."""
    account = new_account("--credits", "2")
    api = account.api
    processes = [api.run(truth.payload(SHOP, site.url))["id"] for _ in range(4)]
    ended = [api.wait(process, lambda now: now["status"] == "pending") for process in processes]
    credits_ = api.get("/credits")
    ledger = stack.rows(
        "SELECT -sum(amount) FROM ledger WHERE account_id = %s AND process_id IS NOT NULL",
        account.id,
    )

    assert sum(one["responseCount"] for one in ended) == 40
    assert (credits_["balance"], credits_["reserved"], credits_["spent"]) == (0, 0, 2)
    assert ledger == [(2000,)]


def test_a_pending_process_can_be_canceled(
    stack: RunningStack, site: SiteServer, new_account: NewAccount
) -> None:
    """A top-up does not bring a canceled process back."""
    account = new_account("--credits", "0.5")
    api = account.api
    process = api.run(truth.payload(SHOP, site.url))["id"]
    api.wait(process, lambda now: now["state"] == "pending" and now["results"])
    receipt = api.post(f"/process/{process}/cancel")
    stack.gristmill("credits", "add", account.id, "10")
    time.sleep(3)
    now = api.get(f"/process/{process}/info")

    assert (receipt["status"], receipt["missingCredits"]) == ("canceled", 0)
    assert (now["status"], now["responseCount"], now["cost"]) == ("canceled", 10, 1)
    assert asked(site).total() == 10


def test_failed_pages_cost_nothing(site: SiteServer, new_account: NewAccount) -> None:
    """A page that answers 404 is a request, a failed page, and no credit."""
    api = new_account("--credits", "5").api
    payload = truth.payload(truth.Shop(1, 3), site.url)
    payload["request"] = {"url": f"{site.url}/status/404"}
    ended = api.wait(api.run(payload)["id"])

    assert (ended["status"], ended["failedCount"], ended["cost"]) == ("failed", 1, 0)
    assert api.get("/credits")["balance"] == 5


@pytest.mark.parametrize(
    "words", [("--credits", "-1"), ("--credits", "1.0001"), ("--credits", "x")]
)
def test_amounts_that_are_none_are_refused(stack: RunningStack, words: tuple[str, ...]) -> None:
    """The command line takes credits with up to three decimals."""
    with pytest.raises(AssertionError, match="redits"):
        stack.gristmill("account", "create", "nobody", *words)
