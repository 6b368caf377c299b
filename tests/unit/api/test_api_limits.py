from __future__ import annotations

from typing import Any

import pytest
import redis
from limits import parse

from app import limits
from app.limits import CallCounter

LIMIT = parse("100/minute")


class Store:
    """What Redis does, for one key: an eighth of what is left, until the window is over."""

    def __init__(self) -> None:
        self.used, self.asked, self.dead = 0, 0, False

    def __call__(self, _keys: list[str], args: list[int]) -> list[int]:
        self.asked += 1
        if self.dead:
            raise redis.ConnectionError
        left = args[0] - self.used
        taken = min(left, max(1, left // 8))
        self.used += taken
        return [taken, args[1]]


def passed(counter: CallCounter, calls: int) -> int:
    return sum(not counter.take("caller") for _ in range(calls))


def test_all_calls_of_a_limit_pass_and_not_one_more() -> None:
    """Most of them without a question; once there are none left, nobody is asked again."""
    store = Store()
    counter = CallCounter(LIMIT, store)

    assert passed(counter, 100) == 100
    assert store.asked < 40
    assert passed(counter, 50) == 0
    assert store.asked < 42
    assert 59 < counter.take("caller") <= 60


def test_processes_never_let_more_than_the_limit_pass_together() -> None:
    """What one has taken another can't give: it is an eighth at most."""
    store = Store()
    one, other = CallCounter(LIMIT, store), CallCounter(LIMIT, store)
    other.take("caller")
    alone = passed(one, 200)

    assert 100 - 12 <= alone < 100
    assert alone + 1 + passed(other, 200) == 100


def test_without_redis_calls_are_counted_in_memory() -> None:
    """All of the limit here; Redis is left alone for a while."""
    store = Store()
    store.dead = True
    counter = CallCounter(LIMIT, store)

    assert passed(counter, 150) == 100
    assert store.asked == 1


def test_a_redis_that_is_back_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a second, after two, after four."""
    now = [0.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    store = Store()
    store.dead = True
    counter = CallCounter(parse("1/second"), store)
    asked: list[tuple[float, int]] = []
    for tenth in range(80):
        now[0] = tenth / 10
        counter.take(f"caller {tenth}")
        if not asked or store.asked != asked[-1][1]:
            asked.append((now[0], store.asked))

    assert [moment for moment, _ in asked] == [0.0, 1.0, 3.0, 7.0]


def test_made_up_keys_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose window is over go first."""
    monkeypatch.setattr(limits, "MOST_KEYS", 10)
    counter = CallCounter(LIMIT, None)
    for number in range(35):
        counter.take(str(number))
    kept: Any = counter._shares  # noqa: SLF001 - nothing else shows it

    assert len(kept) <= 10
