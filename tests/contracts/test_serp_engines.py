"""What every search engine keeps, tried on all members of ``registry.SERP_ENGINES``."""

import time
from collections.abc import Callable
from statistics import median
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.registry import SERP_ENGINES
from schemas.serp_columns import serp_columns
from tests.builders.serp_pages import BLOCKS, EMPTY, ITEMS, RESULTS, page
from tests.builders.serp_reading import BASE, engine_of, read, wish
from workers.serp.base import SerpPage
from workers.serp.forms.addresses import is_address
from workers.serp.forms.counts import rating_of
from workers.serp.forms.dates import is_date

ALL = ("ads", "questions", "related")
MOST_SECONDS = 0.015
LAYOUTS = [(name, make) for name, layouts in RESULTS.items() for make in layouts]

each = pytest.mark.parametrize("engine", SERP_ENGINES)
every_layout = pytest.mark.parametrize(
    ("engine", "make"), LAYOUTS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(LAYOUTS)]
)


@each
def test_the_first_url_carries_the_query_and_moves_to_a_stand_in(engine: str) -> None:
    """A base replaces scheme, host and port; path and query stay."""
    serp = wish(engine)
    usual = urlsplit(engine_of(engine).first_url(serp, None))
    moved = urlsplit(engine_of(engine).first_url(serp, BASE))

    assert usual.scheme == "https"
    assert f"{moved.scheme}://{moved.netloc}" == BASE
    assert (moved.path, moved.query) == (usual.path, usual.query)
    assert ["moss & stone"] in parse_qs(usual.query).values()


@each
def test_an_engine_is_asked_by_a_visitor_in_the_language_of_the_payload(engine: str) -> None:
    """Headers and cookies are pairs of strings that fit in a request."""
    serp = wish(engine)
    headers = dict(engine_of(engine).headers(serp))
    pairs = (*headers.items(), *engine_of(engine).cookies(serp))

    assert headers["Accept-Language"].startswith("en-DE")
    assert "Mozilla" in headers["User-Agent"]
    assert all(name.isascii() and value.isprintable() for name, value in pairs)


@every_layout
def test_the_results_of_a_page_are_found_in_order(engine: str, make: Callable[[], str]) -> None:
    """Title and unwrapped URL of each, and nothing that is not organic."""
    found = read(engine, make())

    assert found.verdict == "ok"
    assert [(entry["title"], entry["url"]) for entry in found.records] == list(ITEMS)
    assert found.layout


@every_layout
def test_records_have_the_columns_of_their_engine(engine: str, make: Callable[[], str]) -> None:
    """Only known keys, numbers as numbers, nothing empty; ``kind`` if others are asked for."""
    plain, mixed = read(engine, make(), number=2), read(engine, make(), *ALL)

    for found, include in ((plain, ()), (mixed, ALL)):
        for entry in found.records:
            assert set(entry) <= set(serp_columns(engine, include))
            assert all(value for value in entry.values())
            assert all(
                isinstance(value, int if name in ("page", "position", "width", "height") else str)
                for name, value in entry.items()
            )
    assert [(entry["page"], entry["position"]) for entry in plain.records] == [
        (2, 1),
        (2, 2),
        (2, 3),
    ]
    assert [entry["kind"] for entry in mixed.records][:3] == ["organic"] * 3


@every_layout
def test_columns_have_their_form(engine: str, make: Callable[[], str]) -> None:
    """An address, a date and a rating look like one, also of other kinds."""
    for entry in read(engine, make(), *ALL).records:
        assert "displayUrl" not in entry or is_address(entry["displayUrl"], entry["url"])
        assert "published" not in entry or is_date(entry["published"])
        assert "rating" not in entry or rating_of(entry["rating"])


@every_layout
@pytest.mark.parametrize("words", ["10+ comments", "Items 1 - 30", "4.7 (120)", "Rated by 9"])
def test_other_words_in_the_usual_elements_fill_no_column(
    engine: str, make: Callable[[], str], words: str
) -> None:
    """The results stay, and those columns are absent."""
    html = make()
    for usual in ("3 May 2025", "2025-05-03T08:00:00Z", "3 May", "2 days ago", "site.example<"):
        html = html.replace(usual, words + "<" * usual.endswith("<"))
    found = read(engine, html.replace("site.example \u203a page", words))

    assert [entry["title"] for entry in found.records] == [title for title, _ in ITEMS]
    for entry in found.records:
        assert {"published", "displayUrl"}.isdisjoint(entry)


@each
def test_the_next_page_stays_with_the_server_that_answered(engine: str) -> None:
    """The engine's own paging, on the stand-in's host."""
    following = read(engine, RESULTS[engine][0]()).next_url

    assert following is not None
    assert following.startswith(f"{BASE}/")
    assert {"start", "first", "s", "pn", "p"} & set(parse_qs(urlsplit(following).query))


@each
def test_no_results_are_a_success_and_blocks_are_none(engine: str) -> None:
    """The verdicts are told by structure; neither has records."""
    blocks = {kind: read(engine, html).verdict for kind, html in BLOCKS[engine].items()}

    assert read(engine, EMPTY[engine], *ALL) == SerpPage(
        verdict="empty", layout=read(engine, EMPTY[engine]).layout
    )
    assert blocks == {kind: kind for kind in BLOCKS[engine]}


@each
@pytest.mark.parametrize("html", ["", " ", "moss", page("<h1>Welcome</h1>"), page("<p>robot</p>")])
def test_what_is_no_results_page_is_never_an_empty_success(engine: str, html: str) -> None:
    """Unknown text is unrecognized."""
    assert read(engine, html).verdict == "unrecognized"


@each
def test_a_results_page_without_its_known_marks_is_no_empty_success(engine: str) -> None:
    """An engine's new markup: every class and id renamed."""
    html = RESULTS[engine][0]()
    for old in ("class=", "id=", "data-testid="):
        html = html.replace(old, "data-new=")

    assert read(engine, html).verdict != "empty"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_text_makes_an_engine_raise(data: st.DataObject) -> None:
    """Cut, doubled and mended pages, and URLs that are none."""
    name = data.draw(st.sampled_from(sorted(SERP_ENGINES)))
    html = data.draw(st.sampled_from([make() for make in RESULTS[name]] + [EMPTY[name]]))
    start = data.draw(st.integers(0, len(html)))
    html = html[:start] + data.draw(st.text(max_size=40)) + html[data.draw(st.integers(0, start)) :]
    url = data.draw(st.sampled_from([BASE, "", "no url", "http://[", "https://x/?start=\u0663"]))

    found = engine_of(name).read(html, url, serp=wish(name, *ALL), page=1)

    assert found.records == () or found.verdict == "ok"


@each
def test_deeply_nested_elements_are_no_end(engine: str) -> None:
    """Depth is the page's choice and costs no stack."""
    deep = "<div>" * 3_000
    html = RESULTS[engine][0]().replace("All about", f"{deep}All about")

    assert read(engine, html + deep).verdict in {"ok", "unrecognized", "empty"}


def test_pages_are_read_within_15_milliseconds() -> None:
    """CPU time at the median, with the bulk of scripts that real pages have."""
    times = []
    for name, make in LAYOUTS * 3:
        html = make() + f"<script>{'var a = 1;' * 40_000}</script>"
        start = time.process_time()
        read(name, html, *ALL)
        times.append(time.process_time() - start)

    assert median(times) <= MOST_SECONDS
