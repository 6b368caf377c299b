from __future__ import annotations

import time

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plan import Collection, Field, Filter, Paginator, Plan, Request
from workers.errors import ExtractError, ExtractTimeout
from workers.extraction import cage
from workers.extraction.cage import timed_extract
from workers.extraction.page import extract_page
from workers.extraction.source import Source, encode

URL = "http://h.test/a/b"


def _plan(*fields: Field, parent: str | None = None) -> Plan:
    top = Collection(
        index=0, name="c", request=Request(url=URL), fields=fields, common_parent=parent,
        paginator=Paginator(selector="a", page_num=2),
    )  # fmt: skip
    return Plan(name="p", format="json", collections=(top,))


def _one(selector: str, attr: str = "text", *filters: Filter, parent: str | None = None) -> Plan:
    return _plan(Field(name="F", selector=selector, attrs=(attr,), filters=filters), parent=parent)


@pytest.mark.parametrize(
    ("html", "plan"),
    [
        ("<div>" * 200_000, _one("div")),
        ("<div " + " ".join(f"a{number}" for number in range(100_000)) + ">", _one("div")),
        ("<div>" * 4_000 + "x", _one(".b div div")),
        ("<p></p>" * 4_000, _one(".b ~ p ~ p")),
        ("<p>x" * 150_000, _one("p:nth-child(2n)")),
        ("<p>" + "a" * 250_000, _one("p", "text", Filter(name="regex", param="a.*z|a"))),
        ("<div>" * 3_000 + "<i>x</i>" * 20_000, _one("i", parent="div")),
        ("<p>" * 40_000, _one("xpath://p[count(//p) > 1]", parent="body")),
    ],
    ids=["deep", "attributes", "descendants", "siblings", "nth", "regex", "blocks", "xpath"],
)
def test_a_page_made_to_take_for_ever_ends_in_time(html: str, plan: Plan) -> None:
    """EXTRACT_TIMEOUT holds also where the time goes by inside of a parser."""
    start = time.monotonic()

    with pytest.raises(ExtractTimeout):
        timed_extract(Source(utf8=encode(html), url=URL), plan.collections[0], plan, seconds=0.3)

    assert time.monotonic() - start < 30


@pytest.mark.parametrize(
    ("html", "plan"),
    [
        ("<template>" * 200_000, _one("template", "outerHtml")),
        ("<div>" * 2_000 + "x" * 100_000, _one("div", parent="div")),
        (
            "<p>" + "".join(f"<b a={n}>" for n in range(4_000)) + "<p>x" * 4_000,
            _one("p"),
        ),
    ],
    ids=["stack", "output", "memory"],
)
def test_a_page_made_to_break_the_worker_is_only_a_failed_page(html: str, plan: Plan) -> None:
    """Stack, memory and output are bounded too; what breaks is a child, not the worker."""
    with pytest.raises(ExtractError):
        timed_extract(Source(utf8=encode(html), url=URL), plan.collections[0], plan, seconds=5)


def test_a_long_page_gives_the_same_in_the_cage() -> None:
    """10 MiB of ordinary markup is an ordinary page; who reads it makes no difference."""
    rows = "".join(f"<li><b>{n}</b><a href='/{n}'>x</a></li>" for n in range(20_000))
    html = f"<ul>{rows}</ul>" + "<p>pad</p>" * 100_000
    plan = _plan(Field(name="B", selector="b"), Field(name="A", selector="a", attrs=("href",)))

    caged = timed_extract(Source(utf8=encode(html), url=URL), plan.collections[0], plan, seconds=20)

    assert len(html) > cage.DIRECT_BYTES
    assert len(caged.records) == 20_000
    assert caged == extract_page(html, URL, plan.collections[0], plan)


def test_ordinary_pages_never_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cage is for what has no bound: an ordinary plan pays nothing."""
    monkeypatch.setattr(cage, "caged", None)
    card = "<div class=c><h3><a href=x>t</a></h3><p>1</p><ul><li>a<li>b</ul></div>"
    html = f"<body><main><section>{card * 800}</section></main>"
    plan = _plan(Field(name="T", selector="main section .c h3 a"), parent="section .c:nth-child(n)")

    assert (
        len(
            timed_extract(
                Source(utf8=encode(html), url=URL), plan.collections[0], plan, seconds=5
            ).records
        )
        == 800
    )


def test_a_plan_that_was_never_checked_fails_its_pages_only() -> None:
    """A plan stored before a fault was known of is no crash of the slice that runs it."""
    for plan in (
        _one("xpath:a["),
        _one("a:nope"),
        _one("a", "text", Filter(name="regex", param="(")),
    ):
        with pytest.raises(ExtractError):
            timed_extract(Source(utf8=b"<a>", url=URL), plan.collections[0], plan, seconds=1)


MARKUP = st.lists(
    st.sampled_from([
        "<p>", "</p>", "<div class=c>", "</div>", "<a href='", "'>", "</a>", "<table>", "<tr>",
        "<td>", "<svg>", "<script>", "</script>", "<style>", "<template>", "</template>", "<!--",
        "-->", "<![CDATA[", "<b>", "<base href=//x>", "<frameset>", "\0", "&#0;", "&amp", "\ud800",
        "<select>", "<option>", "<math>", "<mi>", "<x:y z:a=1>", "<\u00e9>", "text", "\x0b",
        '<a"b>',
    ])
    | st.text(max_size=5),
    max_size=30,
).map("".join)  # fmt: skip

EVERYTHING = _plan(
    Field(name="All", selector="*", attrs=("text", "outerHtml", "href", "class", "path")),
    Field(name="A", selector="a, .c", attrs=("href", "text"), filters=(Filter(name="trim"),)),
    Field(name="X", selector="xpath:.//a/@* | .//text() | .//*", attrs=("text", "href"), details=0),
    Field(name="S", selector=".", filters=(Filter(name="capitalize"),)),
)


@settings(deadline=None)
@given(MARKUP | st.text())
def test_any_text_is_a_page(html: str) -> None:
    """Whatever a server sends: no error, and records that are JSON and UTF-8."""
    for parent in (None, "*"):
        top = EVERYTHING.collections[0]
        plan = _plan(*top.fields, parent=parent)

        content = extract_page(html, URL, plan.collections[0], plan)

        assert orjson.loads(orjson.dumps(content.records)) == list(content.records)
        assert b"\\u0000" not in orjson.dumps(content.records)
        assert all(link.record < len(content.records) for link in content.links)
