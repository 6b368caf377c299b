"""Who calls the API in a storm: the unlimited account, and some that run out of credits."""

from __future__ import annotations

from contextlib import suppress

from tests.acceptance.client import RunningStack
from tests.storm.caller import Answers, StormCaller
from tests.storm.stack import API_KEY
from workers import accounts
from workers.db import Database
from workers.errors import DatabaseUnavailable

LIMITED, CREDITS = (
    6,
    1_000,
)  # accounts; thousandths of a credit at first, and each time they run out
PATIENCE = 20.0  # seconds


class StormClients:
    """``callers[0]`` is unlimited, the others have to be topped up."""

    def __init__(self, stack: RunningStack) -> None:
        self.answers = Answers()
        self._database = Database(stack.environment()["DATABASE_URL"], patience=PATIENCE)
        keys = [API_KEY, *map(self._account, range(LIMITED))]
        self.callers = [StormCaller(stack.url, key, self.answers) for key in keys]

    def _account(self, number: int) -> str:
        return accounts.create(self._database, _name(number), credits=CREDITS).api_key

    def top_up(self, number: int) -> None:
        """Pay in as an operator does; if Postgres is away, the next look tries again."""
        with suppress(DatabaseUnavailable):
            accounts.add_credits(self._database, _name(number), CREDITS)


def _name(number: int) -> str:
    return f"limited-{number}"
