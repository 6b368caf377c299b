import time
from typing import Any

import pytest

from schemas.payload import load_plan
from tests.unit.schemas.samples import (
    URL,
    details,
    faults,
    payload,
    request,
)


def test_all_faults_come_at_once_below_the_given_place() -> None:
    """One answer is enough to mend the whole payload, at any depth of it."""
    sent = {
        "paginatr": {},
        "request": {"url": "http://a@b/", "proxy": "country-xx", "actions": [{}]},
        "fields": [
            {"nam": 1},
            {
                "name": "a", "selector": "b",
                "details": {"fields": [{"name": "c"}], "paginator": {"type": "click"}},
            },
            {"name": "a", "selector": "b"},
        ],
        "path": 1,
    }  # fmt: skip

    found = faults(sent, countries=frozenset({"us"}), pointer="/payload")

    assert {pointer for pointer, _ in found} == {
        "/payload/name",
        "/payload/format",
        "/payload/paginatr",
        "/payload/path",
        "/payload/request/url",
        "/payload/request/proxy",
        "/payload/request/actions/0",
        "/payload/fields/0/nam",
        "/payload/fields/0/name",
        "/payload/fields/0/selector",
        "/payload/fields/1/details/fields/0/selector",
        "/payload/fields/1/details/paginator/selector",
        "/payload/fields/1/details/paginator/type",
        "/payload/fields/2/name",
    }


def test_a_proxy_in_a_country_without_one_is_refused_with_those_that_have() -> None:
    """Only where the countries are said; any country is always possible."""
    sent = request(proxy="country-de")

    assert load_plan(sent).collections[0].request.proxy == "country-de"
    [(pointer, detail)] = faults(sent, countries=frozenset({"us", "sk"}))
    assert pointer == "/request/proxy"
    assert "`de`" in detail
    assert "`country-sk`, `country-us`" in detail
    assert "there is none" in faults(sent, countries=frozenset())[0][1]
    assert load_plan(request(proxy="Country-SK"), countries=frozenset({"sk"}))
    assert load_plan(request(proxy="country-any"), countries=frozenset())


def test_a_proxy_that_is_none_is_one_fault() -> None:
    """Two letters alone are misspelt, and no country of their own."""
    [(_, detail)] = faults(request(proxy="us"), countries=frozenset())

    assert "is no proxy" in detail


def test_a_parents_browser_serves_its_details() -> None:
    """What needs a browser looks at the request that is inherited."""
    sent = details(paginator={"type": "scroll"}, waitDelay=1)
    sent["request"]["type"] = "chrome"

    assert load_plan(sent).collections[1].paginator.kind == "scroll"


def test_what_a_parent_sees_through_its_details_see_through() -> None:
    """`pierce` is handed down; where a child does without the browser it does nothing."""
    sent = details()
    sent["request"] |= {"type": "chrome", "pierce": True}
    assert load_plan(sent).collections[1].request.pierce

    sent["fields"][0]["details"]["request"] = {"type": "base"}
    assert load_plan(sent).collections[1].request.fetcher == "base"


def deep(levels: int) -> dict[str, Any]:
    sent = payload()
    for _ in range(levels):
        sent = payload(fields=[{"name": "a", "selector": "a", "details": sent}])
    return sent


@pytest.mark.parametrize(
    "sent",
    [
        deep(5_000),
        payload(fields=[{"name": "a", "selector": "a", "filters": [{}] * 50}] * 900),
        payload(**{f"member{n}": 1 for n in range(100_000)}),
        payload(request={"url": URL, "headers": {f"{n} ": "" for n in range(100_000)}}),
        payload(fields=[{f"nam{n}": 1 for n in range(100)} for _ in range(1_000)]),
        payload(fields=[{"name": "a" * 200, "selector": 1}] * 1_000),
    ],
    ids=range(6),
)
def test_a_hostile_payload_is_refused_quickly_and_shortly(sent: object) -> None:
    """Neither depth nor numbers of faults cost more than a moment, and the answer stays small."""
    began = time.process_time()
    found = faults(sent)

    assert 0 < len(found) <= 100
    assert sum(len(detail) for _, detail in found) < 50_000
    assert time.process_time() - began < 3
