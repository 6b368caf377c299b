"""The gate before unknown sites: who waits for robots.txt, who is denied, and how far apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from schemas.payload import load_plan
from schemas.plan import Plan
from tests.builders.judged import OPTIONS, page
from workers.crawl.robots import RobotsGate
from workers.errors import ConnectionFailed, MalformedHead
from workers.fetchers.base import Exchange, FetchRequest, Response
from workers.fetchers.robots import CACHE_FAULT_SECONDS, CACHE_SECONDS, PARSED_BYTES, UNREACHABLE

URL = "http://site.test/list"
SLOW = b"User-agent: *\nCrawl-delay: 7\nDisallow: /secret\n"


def plan(**request: object) -> Plan:
    one = {"name": "T", "selector": "a"}
    sent = {"name": "p", "format": "json", "fields": [one], "request": {"url": URL} | request}
    return load_plan(sent)


class RobotsPorts:
    """Answers that others got, by origin; notes what is asked, saved and admitted."""

    def __init__(self, **known: tuple[int, bytes]) -> None:
        self.asker = self
        self.known = {f"http://{name}.test": answer for name, answer in known.items()}
        self.asked: list[FetchRequest] = []
        self.saved: list[tuple[int, bytes, float]] = []
        self.admitted: list[int] = []

    def start(self, request: FetchRequest) -> None:
        self.asked.append(request)

    def may_send(self) -> bool:
        return True

    def known_robots(self, origin: str) -> tuple[int, bytes] | None:
        return self.known.get(origin)

    def save_robots(self, _origin: str, status: int, body: bytes, seconds: float) -> None:
        self.saved.append((status, body, seconds))

    def admit(self, page_ids: Sequence[int], *, again: bool = False) -> None:
        assert not again
        self.admitted += page_ids


def gate(ports: RobotsPorts, made: Plan | None = None, *, respect: bool = True) -> RobotsGate:
    options = replace(OPTIONS, respect_robots=respect, robots_agent="Gristmill")
    return RobotsGate(made or plan(), ports, options)  # type: ignore[arg-type]


def test_a_page_waits_until_its_site_was_asked() -> None:
    """One request for all pages of the site; then those that are allowed are counted."""
    ports = RobotsPorts()
    at = gate(ports)
    for number, path in enumerate(("a", "secret", "b")):
        at.add(page(id=number, url=f"http://site.test/{path}", admitted=False))
    before = at.admit()
    (asked,) = ports.asked
    body = Response(url=asked.url, status=200, headers=(), body=SLOW, milliseconds=1)
    taken = at.take(Exchange(key=asked.key, response=body))
    admitted, denied = at.admit()

    assert before == ([], [])
    assert taken
    assert [one.id for one in admitted] == ports.admitted == [0, 2]
    assert [(one.page_id, one.verdict) for one in denied] == [(1, "robots")]
    assert ports.saved == [(200, SLOW, CACHE_SECONDS)]


def test_no_more_of_a_robots_txt_is_asked_for_than_is_read() -> None:
    """A longer one is cut there, and fails nobody."""
    ports = RobotsPorts()
    at = gate(ports)
    at.add(page(admitted=False))
    at.admit()

    assert (ports.asked[0].max_bytes, ports.asked[0].partial) == (PARSED_BYTES + 1, True)


def test_a_site_without_an_answer_is_not_asked_again_by_each_slice() -> None:
    """The pages go on, for their own requests say what is wrong; others know for a while."""
    ports = RobotsPorts(site=(UNREACHABLE, b""))
    first = gate(RobotsPorts())
    first.add(page(admitted=False))
    first.admit()
    world = first._ports  # noqa: SLF001 - what the gate was made with
    first.take(Exchange(key=-1, error=ConnectionFailed()))
    second = gate(ports)
    second.add(page(admitted=False))

    assert world.saved == [(UNREACHABLE, b"", CACHE_FAULT_SECONDS)]  # type: ignore[attr-defined]
    assert [[one.id for one in at.admit()[0]] for at in (first, second)] == [[7], [7]]
    assert ports.asked == []
    assert second.allows(URL) is None


def test_an_admitted_page_waits_only_where_the_slice_does_not_know_the_delay() -> None:
    """A later slice looks up what was asked before; nothing is counted twice, nor denied late."""
    ports = RobotsPorts(site=(200, SLOW))
    at = gate(ports)
    late = page(url="http://site.test/secret")
    before = at.stops(late)
    at.add(late)
    admitted, denied = at.admit()

    assert before
    assert (admitted, denied, ports.admitted, ports.asked) == ([late], [], [], [])
    assert not at.stops(late)
    assert at.delay(late) == 7


def test_a_robots_txt_with_a_malformed_head_is_read_past_it() -> None:
    """Else its rules would be lost, and everything allowed."""
    ports = RobotsPorts()
    at = gate(ports)
    at.add(page(url="http://site.test/secret", admitted=False))
    at.admit()
    at.take(Exchange(key=ports.asked[0].key, error=MalformedHead()))
    strict, lenient = ports.asked
    body = Response(url=lenient.url, status=200, headers=(), body=SLOW, milliseconds=1)
    at.take(Exchange(key=lenient.key, response=body))

    assert (strict.lenient, lenient.lenient, strict.url) == (False, True, lenient.url)
    assert [one.verdict for one in at.admit()[1]] == ["robots"]


@pytest.mark.parametrize(
    ("request_", "respect"),
    [({"ignoreRobots": True}, True), ({}, False)],
    ids=["payload", "service"],
)
def test_where_robots_is_not_asked_its_delay_does_not_hold(
    request_: dict[str, object], *, respect: bool
) -> None:
    """`ignoreRobots` in the payload, or RESPECT_ROBOTS of the service."""
    at = gate(RobotsPorts(site=(200, SLOW)), plan(**request_), respect=respect)
    stopped = at.stops(page())
    at.add(page())
    at.admit()

    assert not stopped
    assert at.delay(page()) == 0


def test_the_longest_delay_of_a_hosts_origins_holds_for_it() -> None:
    """Pace is kept by host, robots.txt by origin."""
    ports = RobotsPorts(site=(200, SLOW))
    ports.known["https://site.test"] = (200, b"User-agent: *\nCrawl-delay: 3\n")
    at = gate(ports)
    for scheme in ("http", "https"):
        at.add(page(url=f"{scheme}://site.test/", admitted=False))
    at.admit()

    assert at.delay(page()) == 7
