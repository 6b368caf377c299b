"""A process whose pages a test answers by hand, stops, and lets go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.rows.processes import ProcessRow
from schemas.slice import Batch, ClaimedPage, NewPage, Outcome
from schemas.task import load_task
from workers import accounts, frontier, processes, tasks
from workers.db import Database
from workers.extraction.urls import host_of, page_key
from workers.processes import advance
from workers.publish import slice_files
from workers.settings import Settings
from workers.storage.memory import MemoryStorage

PRICE = 50
PRICES = advance.Prices(base=PRICE, chrome=100)
LIMITS = frontier.Limits(max_pages=100, max_runtime=1000.0, price=PRICE)
PAYLOAD = {
    "name": "p",
    "format": "jsonl",
    "request": {"url": "http://site.test/1"},
    "fields": [{"name": "T", "selector": "a"}],
    "paginator": {"nextPageSelector": "a.next", "pageNum": 9},
}
Answer = Callable[[ClaimedPage], Outcome]


def ok(page: ClaimedPage, count: int = 1, following: str = "") -> Outcome:
    """A page of ``count`` records, each with the page's URL, and a next page."""
    after = NewPage(
        collection=0,
        position=(page.page_number + 1,),
        key=page_key(following),
        url=following,
        host="site.test",
        queue="base",
        admitted=True,
        page_number=page.page_number + 1,
        chain=page.chain,
    )
    return Outcome(
        page_id=page.id,
        chain=page.chain,
        verdict="ok" if count else "empty",
        status=200,
        records="\n".join([f'{{"T_text":"{page.url}"}}'] * count) or None,
        record_count=count,
        counted_records=count,
        candidates=(after,) if following and not page.followed else (),
    )


def given_up(page: ClaimedPage, verdict: Any = "failed") -> Outcome:
    """A page that is over without an answer."""
    return Outcome(page_id=page.id, chain=page.chain, verdict=verdict, error="Why.")


def hop(page: ClaimedPage, to: str) -> Outcome:
    """A redirect."""
    host = host_of(to)
    return Outcome(page_id=page.id, chain=page.chain, step="hop", fetch_url=to, host=host)


@dataclass
class Stopped:
    """One process and its account, whose hints and events are noted instead of sent."""

    database: Database
    credits: int
    account: str = ""
    id: str = ""
    api_key: str = ""
    payload: Mapping[str, Any] = field(default_factory=lambda: PAYLOAD)
    storage: MemoryStorage = field(default_factory=lambda: MemoryStorage(Settings()))
    limits: frontier.Limits = LIMITS

    def __post_init__(self) -> None:
        name = f"a{self.credits}"
        made = accounts.create(self.database, name, credits=self.credits, unlimited=False)
        self.account, self.api_key = made.account_id, made.api_key
        draft = load_task({"payload": self.payload, "webhook": "https://hooks.test/"})
        task = tasks.create(self.database, account_id=self.account, draft=draft)
        self.id = processes.submit(self.database, task_id=task.id, account_id=self.account).id

    def row(self) -> ProcessRow:
        return processes.find(self.database, account_id=self.account, process_id=self.id)

    def fetch(self, answer: Answer, *, pages: int = 1) -> list[ClaimedPage]:
        """Open a slice at the process in which up to ``pages`` pages are answered."""
        slice_ = frontier.open_slice(self.database, self.id, queue="base", worker="h|1|2")
        assert slice_ is not None
        claim = frontier.claim(self.database, slice_, pages, self.limits, idle=True)
        unasked = [page.id for page in claim.pages if not page.admitted]
        frontier.admit(self.database, slice_, unasked)
        batch = Batch(outcomes=tuple(map(answer, claim.pages)))
        frontier.commit(self.database, slice_, batch, self.limits)
        frontier.close_slice(self.database, slice_, starved=claim.starved)
        advance.advance(self.database, self.id, PRICES)
        return list(claim.pages)

    def sql(self, text: str, *values: object) -> list[Any]:
        """Return what a statement returns, for what no verb does or shows."""
        with self.database.transaction("test") as tx, tx.connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    @property
    def events(self) -> list[str]:
        """What its webhook is told, in order."""
        return [event for (event,) in self.sql("SELECT event FROM deliveries ORDER BY created_at")]

    def publish(self) -> bytes:
        """Make the files, and return the results."""
        opened = slice_files.open_publish(self.database, self.id, "h|1|2")
        assert opened is not None
        slice_files.publish(self.database, self.storage, opened)
        key = self.row().results_key
        return b"".join(self.storage.read(key)) if key else b""

    def log(self) -> str:
        """Return the process log."""
        return b"".join(self.storage.read(self.row().log_key)).decode()

    def resume(self) -> ProcessRow:
        return processes.resume(
            self.database, account_id=self.account, process_id=self.id, prices=PRICES
        )

    def retry(self, *verdicts: str) -> ProcessRow:
        return processes.retry(
            self.database,
            account_id=self.account,
            process_id=self.id,
            verdicts=verdicts or ("failed",),
            prices=PRICES,
        )

    def spent(self) -> int:
        """What the ledger says, which has to be what the process and the account say."""
        ((total,),) = self.sql(
            "SELECT coalesce(-sum(amount), 0)::int FROM ledger WHERE process_id = %s", self.id
        )
        account = accounts.credits(self.database, self.account)
        assert (account.spent, account.reserved) == (total, 0)
        assert self.row().cost == total
        return int(total)
