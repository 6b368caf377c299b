"""The real stack, as `make up` runs it: real processes, started once for all acceptance tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from deploy.demo.site import sample_site
from deploy.local.ports import free_port
from deploy.local.program import running_stack
from tests.acceptance.client import Account, ApiClient, RunningStack, starting
from tests.site.server import SiteServer

API_KEY = "the-key-of-the-acceptance-tests"
SETTINGS = {
    "GRISTMILL_API_KEY": API_KEY,
    "GRISTMILL_WORKERS": "2",
    "GRISTMILL_CHROME_WORKERS": "1",
    "ALLOWED_NETWORKS": "127.0.0.0/8",
    "WEBHOOK_RETRY_SCHEDULE": "1,1,1",
    "RATE_LIMIT": "10000/second",
    "FETCH_BACKOFF": "0.1",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The stack that all tests share; a test that breaks a part waits until it is back."""
    home = tmp_path_factory.mktemp("stack")
    with starting():
        running = running_stack(home, free_port(), SETTINGS)
        url = running.__enter__()
    try:
        yield RunningStack(url, home, API_KEY)
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def api(stack: RunningStack) -> ApiClient:
    """The API of the stack, called with the key of the first, unlimited account."""
    return ApiClient(stack.url, stack.api_key)


@pytest.fixture
def new_account(stack: RunningStack) -> Callable[..., Account]:
    """Make accounts: ``new_account("--credits", "5")``; without a word an unlimited one."""

    def make(*words: str) -> Account:
        name = f"account-{time.time_ns()}"
        made = stack.gristmill("account", "create", name, *(words or ("--unlimited",)))
        return Account(
            made["account"], ApiClient(stack.url, made["api_key"]), made["webhook_secret"]
        )

    return make


@pytest.fixture
def site() -> Iterator[SiteServer]:
    """A test site of the test's own, which remembers what it was asked."""
    with SiteServer() as site:
        yield site


@pytest.fixture(scope="session")
def shop() -> Iterator[str]:
    """The address of the sample site of the demo: 400 products on 20 pages, and one page each."""
    with sample_site() as address:
        yield address
