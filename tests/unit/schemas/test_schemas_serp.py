import pytest

from schemas.payload import load_plan
from schemas.plan import Collection, Paginator, Plan, Request, Serp
from schemas.problem import Invalid
from schemas.registry import SERP_ENGINES


def test_an_engine_and_a_query_need_no_selectors() -> None:
    """Form 2 of search results, as documented."""
    plan = load_plan(
        {
            "name": "s", "engine": "google", "q": "data extraction", "country": "US",
            "language": "en", "pageNum": 3, "include": ["related", "ads"], "format": "json",
        }
    )  # fmt: skip

    top = Collection(
        index=0, name="s", request=Request(), fields=(), paginator=Paginator(page_num=3)
    )
    assert plan == Plan(
        name="s",
        format="json",
        collections=(top,),
        serp=Serp(
            engine="google",
            q="data extraction",
            country="us",
            language="en",
            include=("ads", "related"),
        ),
    )


@pytest.mark.parametrize("engine", SERP_ENGINES)
def test_every_engine_is_known_in_any_case(engine: str) -> None:
    """The registry is the list."""
    plan = load_plan({"name": "s", "engine": engine.upper(), "q": "x", "format": "csv"})

    assert plan.serp is not None
    assert plan.serp.engine == engine


def test_an_engine_takes_the_wishes_of_a_request() -> None:
    """Browser and proxy beside it or inside, and the manners too."""
    sent = {
        "name": "s", "engine": "bing", "q": "x", "format": "csv", "type": "chrome",
        "proxy": "country-us", "request": {"delay": 1, "headers": {"A": "b"}},
    }  # fmt: skip

    assert load_plan(sent).collections[0].request == Request(
        fetcher="chrome", proxy="country-us", delay=1, headers=(("A", "b"),)
    )


@pytest.mark.parametrize(
    ("member", "code", "near"),
    [
        ("country", "usa", "`us`"),
        ("country", "deu", "`de`"),
        ("country", "zz", "`z"),
        ("language", "eng", "`en`"),
        ("language", "xq", "`"),
        ("language", "de_DE", "`de`"),
    ],
)
def test_a_code_that_is_none_is_refused_with_a_near_one(member: str, code: str, near: str) -> None:
    """Before anything is asked of an engine."""
    with pytest.raises(Invalid) as refused:
        load_plan({"name": "s", "engine": "google", "q": "x", "format": "csv", member: code})
    (fault,) = refused.value.faults

    assert fault.pointer == f"/{member}"
    assert f"Did you mean {near}" in fault.detail


def test_codes_are_read_as_people_write_them() -> None:
    """Great Britain by its other name, a language as Google restricts results to it."""
    sent = {"engine": "google", "q": "x", "country": "UK", "language": "lang_de"}
    serp = load_plan({"name": "s", "format": "csv", **sent}).serp

    assert serp == Serp(engine="google", q="x", country="gb", language="de")
