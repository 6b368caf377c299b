"""Where a page leads by itself: the value's syntax, which element counts, and how soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.extraction.refresh import PARSED, parse_refresh, refresh_target
from workers.extraction.source import Source

PAGE = "http://site.test/a/b?q=1"
META = "<meta http-equiv=refresh content='0; url=/c'>"


def target(html: str, *, kind: str = "text/html", header: str | None = None) -> str | None:
    return refresh_target(Source(utf8=html.encode(), url=PAGE), kind, header, most=len(html))


@pytest.mark.parametrize(
    ("value", "seconds", "url"),
    [
        ("5", 5, ""), ("5;", 5, ""), ("0;url=", 0, ""), (" 3 , URL = x ", 3, "x "),
        ("0;url='x'y", 0, "x"), ('0; "x', 0, "x"), ("1.5.2;x", 1, "x"), (".5;x", 0, "x"),
        ("2 /x", 2, "/x"), ("0;u=x", 0, "u=x"), ("0;urls=x", 0, "urls=x"), ("0;;x", 0, ";x"),
        ("0;url=\"a'b\"c", 0, "a'b"), ("0000000000012;x", 12, "x"), ("9" * 5000, 999_999_999, ""),
    ],
)  # fmt: skip
def test_a_value_is_read_as_browsers_read_it(value: str, seconds: int, url: str) -> None:
    """HTML standard, 'shared declarative refresh steps'; a fraction of a second is dropped."""
    found = parse_refresh(value)

    assert found is not None
    assert (found.seconds, found.url) == (seconds, url)


@pytest.mark.parametrize("value", ["", "x;url=/y", ";url=/y", "-1;url=/y", "5x;url=/y", "٣;url=/y"])
def test_a_value_that_begins_with_no_time_is_none(value: str) -> None:
    """What follows is not looked at."""
    assert parse_refresh(value) is None


@given(st.text(max_size=60))
def test_any_value_is_read_without_an_error(value: str) -> None:
    """As a header or in the page."""
    assert target("", header=value) is None or "://" in str(target("", header=value))


@pytest.mark.parametrize(
    "html",
    [
        META, f"<body><p>x</p>{META}", "<META CONTENT='10,/c' HTTP-EQUIV=\"REFRESH\">",
        "<meta http-equiv = 'Refresh' content='1;URL=&quot;/c&quot;'>",
        f"<noscript><p>Scripts!</noscript>{META}", f"<!-- <noscript> -->{META}",
        f"<script>'<noscript>'</script>{META}", f"<script>{'x' * 99_999}</script>{META}",
        f"<meta http-equiv=refresh content=soon>{META}",
        f"<meta http-equiv=refresh>{META}", "<meta http-equiv=refresh content='0;http://site.test/c'>",
    ],
)  # fmt: skip
def test_a_page_leads_where_its_first_refresh_says(html: str) -> None:
    """Wherever it stands, in any case, with quotes or without."""
    assert target(html) == "http://site.test/c"


@pytest.mark.parametrize(
    "html",
    [
        f"<!-- {META} -->", f"<noscript>{META}</noscript>", f"<head><noscript>Scripts!{META}",
        f"<noscript><p>Scripts!</p>{META}</noscript>", f"<body><noscript><b>{META}</noscript>",
        f"<template>{META}</template>", f"<script>{META}</script>", f"<title>{META}</title>",
        f"<textarea>{META}</textarea>", f"<iframe>{META}</iframe>", "<p>refresh http-equiv</p>",
        "<meta name=refresh content='0;/c'>", "<meta http-equiv=x-refresh content='0;/c'>",
    ],
)  # fmt: skip
def test_what_is_no_element_of_the_page_leads_nowhere(html: str) -> None:
    """Comments, templates, raw text, and what is only for browsers without scripts."""
    assert target(html) is None


@pytest.mark.parametrize(
    "value",
    ["11;url=/c", "0", "0;url=/a/b?q=1", "0;url=#part", "0;url=javascript:x", "0;url=http://[x",
     "0;url=mailto:a@b.test"],
)  # fmt: skip
def test_too_late_itself_and_what_is_no_page_are_not_followed(value: str) -> None:
    """Nor is a second refresh looked at, once one was read."""
    page = f'<meta http-equiv=refresh content="{value}">'

    assert target(page + META) is None
    assert target(META, header=value) is None


def test_the_header_comes_first() -> None:
    """It is there before the page is; one that can't be read leaves the page its say."""
    assert target(META, header="2; url=/h") == "http://site.test/h"
    assert target(META, header="soon") == "http://site.test/c"
    assert target("", kind="application/pdf", header="0;/h") == "http://site.test/h"


def test_a_pages_refresh_is_relative_to_its_base() -> None:
    """A header's is not: the page has not been read by then."""
    html = "<base href=/d/>" + META.replace("/c", "c")

    assert target(html) == "http://site.test/d/c"
    assert target(html, header="0;c") == "http://site.test/a/c"


@pytest.mark.parametrize(
    ("kind", "whether"),
    [("", True), ("Text/HTML; charset=x", True), ("application/xhtml+xml", True),
     ("text/plain", False), ("application/json", False), ("application/rss+xml", False)],
)  # fmt: skip
def test_only_a_page_of_html_holds_one(kind: str, *, whether: bool) -> None:
    """What merely quotes one leads nowhere."""
    assert (target(META, kind=kind) is not None) is whether


@pytest.mark.parametrize(
    "html",
    [
        "<b a=1>" * 20_000 + "<p>x" * 20_000 + META,
        META.replace("0;", "") * 40_000,
        "<script>" * 60_000 + META,
        "<!--" + META * 60_000,
        ("<style>" + META + "</script>") * 10_000,
        "<!--" * 120_000 + META,
        "<noscript>" * 50_000 + META,
        "http-equiv=refresh" * 60_000,
        "<div>" * PARSED + META,
    ],
)
def test_a_hostile_page_costs_bounded_time(html: str) -> None:
    """Markup that grows, unclosed pieces, nesting, and words that only look like one."""
    began = time.process_time()
    target(html)

    assert time.process_time() - began < 5
