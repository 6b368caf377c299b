from collections.abc import Mapping
from dataclasses import replace

import pytest

from schemas.plan import Collection, Field, Plan, Request
from schemas.slice import ClaimedPage
from tests.builders import judged
from workers.crawl.politeness import Politeness


class StandingClock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


class StandingPool:
    """Grants what it is told to grant."""

    def __init__(self, slots: Mapping[str, int], moments: list[float | None] | None = None) -> None:
        self.granted = dict(slots)
        self.moments = moments or []
        self.asked: list[Mapping[str, tuple[int, int]]] = []
        self.delays: list[float] = []

    def slots(self, wanted: Mapping[str, tuple[int, int]]) -> Mapping[str, int]:
        self.asked.append(wanted)
        return {host: self.granted.get(host, 0) for host in wanted}

    def moment(self, _host: str, delay: float) -> float | None:
        self.delays.append(delay)
        return self.moments.pop(0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    made = StandingClock()
    monkeypatch.setattr("workers.crawl.politeness.time", made)
    return made


def politeness(pool: StandingPool, *, delay: float = 0.0, **asked: float) -> Politeness:
    request = Request(url="http://a/", delay=delay)
    top = Collection(index=0, name="c", request=request, fields=(Field(name="f", selector="a"),))
    plan = Plan(name="p", format="json", collections=tuple(replace(top, index=n) for n in range(3)))
    return Politeness(plan, pool, PolitenessOptions(), lambda page: asked.get(page.host, 0.0))  # type: ignore[arg-type]


class PolitenessOptions:
    host_delay = 0.0
    in_flight = 16


def page(number: int, host: str) -> ClaimedPage:
    url = f"http://{host}/{number}"
    return judged.page(id=number, url=url, first_url=url, host=host, chain=1)


def ids(pages: list[ClaimedPage]) -> list[int]:
    return [p.id for p in pages]


@pytest.mark.usefixtures("clock")
def test_upper_collections_go_first_whenever_they_come() -> None:
    """What they lead to is what others wait for."""
    polite = politeness(StandingPool({"a": 8}))
    for number, collection in enumerate([1, 1, 0, 2, 0, 1]):
        polite.add(replace(page(number, "a"), collection=collection))

    assert ids(polite.ready(16)) == [2, 4, 0, 1, 5, 3]


@pytest.mark.usefixtures("clock")
def test_no_more_pages_leave_for_a_host_than_the_pool_grants() -> None:
    """The rest waits until one is back."""
    polite = politeness(StandingPool({"a": 2}))
    pages = [page(n, "a") for n in range(5)]
    for each in pages:
        polite.add(each)
    going = polite.ready(16)
    for each in going:
        polite.fly(each)

    assert ids(going) == [0, 1]
    assert polite.ready(16) == []
    polite.land(pages[0])
    assert ids(polite.ready(16)) == [2]
    assert polite.waiting == 2


def test_a_host_without_a_slot_holds_nobody_else_up(clock: StandingClock) -> None:
    """Pages of other hosts leave at once, and the slice asks again before long."""
    pool = StandingPool({"b": 4})
    polite = politeness(pool)
    for each in (page(1, "a"), page(2, "b")):
        polite.add(each)

    assert ids(polite.ready(16)) == [2]
    pool.granted["a"] = 1
    assert polite.ready(16) == []
    clock.now += 0.3
    assert ids(polite.ready(16)) == [1]


@pytest.mark.usefixtures("clock")
def test_no_more_pages_leave_than_the_slice_has_room_for() -> None:
    """The limit of the child stands beside that of the host."""
    polite = politeness(StandingPool({"a": 8, "b": 8}))
    for number, host in enumerate("abab"):
        polite.add(page(number, host))

    assert len(polite.ready(3)) == 3
    assert polite.ready(0) == []


def test_requests_to_a_host_leave_at_the_moments_that_the_pool_hands_out(
    clock: StandingClock,
) -> None:
    """With a delay each request takes a moment of its own; none far away is waited for."""
    pool = StandingPool({"a": 8}, moments=[0.0, 1.5, None])
    polite = politeness(pool, delay=1.5)
    for number in range(3):
        polite.add(page(number, "a"))

    assert ids(polite.ready(16)) == [0]
    clock.now += 1.0
    assert polite.ready(16) == []
    clock.now += 0.6
    assert ids(polite.ready(16)) == [1]
    assert pool.moments == []


@pytest.mark.parametrize(("asked", "kept"), [(0.0, 2.2), (1.0, 2.2), (10.0, 10.25)])
@pytest.mark.usefixtures("clock")
def test_the_longer_of_the_payloads_and_the_sites_delay_is_kept(asked: float, kept: float) -> None:
    """A little more than that, for two requests need not be equally long on their way."""
    pool = StandingPool({"a": 8}, moments=[0.0])
    polite = politeness(pool, delay=2.0, a=asked)
    polite.add(page(1, "a"))

    assert ids(polite.ready(16)) == [1]
    assert pool.delays == [pytest.approx(kept)]


@pytest.mark.usefixtures("clock")
def test_one_sites_delay_is_no_other_sites() -> None:
    """Nobody is asked for the moments of a host without a delay."""
    pool = StandingPool({"a": 8, "b": 8}, moments=[])
    polite = politeness(pool, a=10.0)
    polite.add(page(1, "b"))

    assert ids(polite.ready(16)) == [1]


def test_a_host_whose_moment_is_far_is_asked_about_once_a_second(clock: StandingClock) -> None:
    """A question is a transaction, and the answer can't have changed within the horizon."""
    pool = StandingPool({"a": 8}, moments=[None, None, 0.0])
    polite = politeness(pool, delay=60.0)
    polite.add(page(1, "a"))
    for _ in range(10):
        assert polite.ready(16) == []
        clock.now += 0.15

    assert len(pool.delays) == 2
    clock.now += 1.0
    assert ids(polite.ready(16)) == [1]


def test_a_slice_pauses_no_longer_than_to_the_next_moment(clock: StandingClock) -> None:
    """So that a page leaves when its moment comes; one that passed keeps nobody awake."""
    pool = StandingPool({"a": 1}, moments=[0.02])
    polite = politeness(pool, delay=1.0)
    before = polite.pause(0.1)
    polite.add(page(1, "a"))
    polite.ready(16)
    waiting = polite.pause(0.1)
    clock.now += 0.5

    assert (before, waiting, polite.pause(0.1)) == (0.1, pytest.approx(0.02), 0.1)


def test_a_request_that_left_late_keeps_the_next_one_back(clock: StandingClock) -> None:
    """Moments are planned; what counts at the site is when requests leave."""
    pool = StandingPool({"a": 8}, moments=[0.5, 0.35])
    polite = politeness(pool, delay=1.0)
    for number in range(2):
        polite.add(page(number, "a"))
    polite.ready(16)
    clock.now += 1.2
    (late,) = polite.ready(16)
    polite.fly(late)
    clock.now += 0.9
    early = polite.ready(16)
    pause = polite.pause(5.0)
    clock.now += 0.11

    assert (late.id, early, pause) == (0, [], pytest.approx(0.1))
    assert ids(polite.ready(16)) == [1]


@pytest.mark.parametrize(("took", "held"), [(0.3, 1.3), (9.0, 1.5)])
def test_a_delay_counts_from_when_the_host_has_seen_the_request(
    clock: StandingClock, took: float, held: float
) -> None:
    """That is when the answer is back, or half a second later: a slow page holds up no other."""
    polite = politeness(StandingPool({"a": 8}, moments=[0.0, 0.0]), delay=1.0)
    first, second = page(1, "a"), page(2, "a")
    polite.add(first)
    polite.ready(16)
    polite.fly(first)
    clock.now += took
    polite.land(first)
    polite.add(second)
    clock.now = max(clock.now, 100.0 + held - 0.01)
    early = polite.ready(16)
    clock.now += 0.02

    assert bool(early) is (took > held)
    assert early or polite.ready(16) == [second]


def test_a_moment_counts_from_the_answer_that_told_it(clock: StandingClock) -> None:
    """A question may take long; what it says is as of its end."""

    class LateStandingPool(StandingPool):
        def moment(self, host: str, delay: float) -> float | None:
            clock.now += 3.0
            return super().moment(host, delay)

    polite = politeness(LateStandingPool({"a": 8}, moments=[1.0]), delay=1.0)
    polite.add(page(1, "a"))
    polite.ready(16)
    clock.now += 0.9

    assert polite.ready(16) == []
    clock.now += 0.2
    assert ids(polite.ready(16)) == [1]


def test_pages_in_flight_are_told_to_the_pool_so_that_they_stay_granted(
    clock: StandingClock,
) -> None:
    """A holder may keep what flies, whatever its share."""
    pool = StandingPool({"a": 2})
    polite = politeness(pool)
    for number in range(3):
        polite.add(page(number, "a"))
    for each in polite.ready(16):
        polite.fly(each)
    clock.now += 1.1
    polite.ready(16)

    assert pool.asked == [{"a": (3, 0)}, {"a": (3, 2)}]


@pytest.mark.usefixtures("clock")
def test_more_pages_than_were_asked_for_are_asked_for_at_once() -> None:
    """A listing page asked for one slot; its details need more, and don't wait for a second."""
    pool = StandingPool({"a": 1})
    polite = politeness(pool)
    polite.add(page(1, "a"))
    polite.ready(16)
    pool.granted["a"] = 8
    for number in range(2, 6):
        polite.add(page(number, "a"))

    assert ids(polite.ready(16)) == [2, 3, 4, 5]
    assert len(pool.asked) == 2


@pytest.mark.usefixtures("clock")
def test_a_pool_that_gave_all_it_had_is_not_asked_at_every_page() -> None:
    """Nor is one whose grant is still enough: a question is a transaction."""
    pool = StandingPool({"a": 2})
    polite = politeness(pool)
    for number in range(4):
        polite.add(page(number, "a"))
        polite.ready(1)
    polite.ready(16)
    polite.add(page(9, "a"))
    polite.ready(16)

    assert len(pool.asked) <= 3


@pytest.mark.usefixtures("clock")
def test_no_more_slots_are_asked_for_than_pages_can_be_in_flight() -> None:
    """A long queue at one host is no reason to ask the pool at every page that joins it."""
    pool = StandingPool({"a": 16})
    polite = politeness(pool)
    for number in range(20):
        polite.add(page(number, "a"))
    polite.ready(0)
    polite.ready(4)
    for number in range(20, 40):
        polite.add(page(number, "a"))
    polite.ready(4)

    assert pool.asked == [{"a": (16, 0)}]
