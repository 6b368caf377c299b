from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.acceptance.client import ApiClient, RunningStack, starting
from tests.site import truth
from tests.site.server import SiteServer
from tests.storm.stack import relayed_stack
from tests.storm.tcp_relay import TcpRelays

Led = tuple[RunningStack, TcpRelays]
HOLE = 2.2  # seconds: shorter than what tells a line that is lost
GOES_ON = 10.0  # seconds


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Led]:
    """A stack whose lines to its services can be lost."""
    with ExitStack() as open_ones:
        with starting():
            led = open_ones.enter_context(relayed_stack(tmp_path_factory.mktemp("stack"), {}))
        yield led


@pytest.mark.timeout(240)
def test_a_broker_whose_lines_were_lost_keeps_nobody_waiting(led: Led, site: SiteServer) -> None:
    """All lines fall silent for good, with no error: what runs then, and what comes, goes on."""
    stack, relays = led
    api = ApiClient(stack.url, stack.api_key)
    site.pause = 0.1
    shop = truth.Shop(3, 12)
    tooks = []
    for _ in range(4):
        running = api.run(truth.payload(shop, site.url))["id"]
        api.wait(running, lambda now: now["responseCount"] > 0)
        relays["broker"].close()
        time.sleep(HOLE)
        relays["broker"].open(lose=True)
        began = time.monotonic()
        processes = [running, api.run(truth.payload(truth.Shop(1, 2), site.url))["id"]]
        ended = [api.wait(process) for process in processes]
        tooks.append(time.monotonic() - began)
        assert [one["status"] for one in ended] == ["finished"] * 2
        assert [one["responseCount"] for one in ended] == [39, 3]
    print(f"done {[round(took, 1) for took in tooks]} s after")  # noqa: T201 - a figure

    assert max(tooks) < GOES_ON
