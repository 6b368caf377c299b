from types import SimpleNamespace
from typing import Any

import pytest

from workers.processes.advance import Hint, Prices, _more_slices

PRICES = Prices(base=50, chrome=100)


class Tx:
    """Tells how long each queue's next page has to wait."""

    def __init__(self, **waits: float) -> None:
        self.waits = waits
        self.noted: dict[str, Any] = {}

    def all(self, *_: object, **__: object) -> list[SimpleNamespace]:
        return [SimpleNamespace(queue=queue, wait=wait) for queue, wait in self.waits.items()]

    def do(self, _: str, **values: Any) -> None:
        self.noted = values


def process(**values: int | str) -> SimpleNamespace:
    known: dict[str, int | str] = {"id": "p", "state": "running", "generation": 0, "open_pages": 1}
    known |= {"hints": 0, "chrome_hints": 0}
    return SimpleNamespace(**(known | values))


def slices(tx: Tx, row: SimpleNamespace, **busy: int) -> dict[str, int]:
    return {hint.job: hint.times for hint in _more_slices(tx, row, busy)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("open_pages", "busy", "hints", "expected"),
    [
        (1, 0, 0, 1),
        (1, 1, 0, 0),
        (1, 0, 1, 0),
        (10_000, 0, 0, 2),
        (10_000, 5, 0, 2),
        (10_000, 5, 2, 0),
        (96, 1, 0, 1),
        (96, 2, 0, 0),
        (100_000, 64, 0, 0),
    ],
)
def test_a_process_spreads_over_the_pool_a_few_hints_at_a_time(
    open_pages: int, busy: int, hints: int, expected: int
) -> None:
    """As many slices as its pages are worth, at most two of them waiting in the queue."""
    row = process(open_pages=open_pages, hints=hints)
    asked = slices(Tx(base=0.0), row, **({"base": busy} if busy else {}))

    assert asked == ({"crawl": expected} if expected else {})


def test_each_queue_is_asked_for_its_own_pages() -> None:
    """Browser pages wait for the browser pool, whatever the other one does."""
    assert slices(Tx(base=0.0, chrome=0.0), process(open_pages=9), base=1) == {"chrome": 1}


def test_pages_that_wait_for_their_time_ask_for_nobody() -> None:
    """A page that is tried again in a while is the sweep's."""
    tx = Tx(base=30.0)

    assert slices(tx, process()) == {}
    assert tx.noted == {}


def test_the_first_slice_is_a_job_of_its_own() -> None:
    """One is enough to begin, in a queue where no later slices of others are ahead of it."""
    row = process(state="queued", open_pages=500)

    assert slices(Tx(base=0.0, chrome=0.0), row) == {"first": 1, "chrome": 1}


def test_a_hint_is_noted_before_it_leaves() -> None:
    """So that the next look knows that it is on its way."""
    tx = Tx(base=0.0)
    hints = _more_slices(tx, process(), {})  # type: ignore[arg-type]

    assert hints == [Hint(job="crawl", subject="p", generation=0, times=1)]
    assert tx.noted == {"process_id": "p", "base": 1, "chrome": 0}
