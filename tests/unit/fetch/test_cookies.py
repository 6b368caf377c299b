"""Lines of a cookie jar: what is one, what a request carries, and what an answer sets."""

from __future__ import annotations

import pytest

from workers.fetchers.cookies import cookies_for, fresh_cookies, jar_lines, set_cookie_lines

LINE = "example.com\tFALSE\t/\tFALSE\t0\ta\t1"


def test_a_jar_holds_cookies_only() -> None:
    """Commands and headers that libcurl would obey are dropped; the order is fixed."""
    other = LINE.replace("example", "#HttpOnly_.example")

    assert jar_lines([LINE, "ALL", "FLUSH", "Set-Cookie: a=b", LINE, other, LINE + "x" * 9000]) == (
        other,
        LINE,
    )


@pytest.mark.parametrize(
    ("line", "url", "sent"),
    [
        (LINE, "http://example.com/x", True),
        (LINE, "http://www.example.com/", False),
        (LINE.replace("FALSE", "TRUE", 1), "http://www.EXAMPLE.com/", True),
        (LINE.replace("\t/\t", "\t/a\t"), "http://example.com/a/b", True),
        (LINE.replace("\t/\t", "\t/a\t"), "http://example.com/a", True),
        (LINE.replace("\t/\t", "\t/a\t"), "http://example.com/ab", False),
        (LINE.replace("FALSE\t0", "TRUE\t0"), "http://example.com/", False),
        (LINE.replace("FALSE\t0", "TRUE\t0"), "https://example.com/", True),
        (LINE.replace("\t0\t", "\t1\t"), "http://example.com/", False),
        (LINE.replace("\t0\t", "\t99999999999\t"), "http://example.com/", True),
        ("#HttpOnly_" + LINE, "http://example.com/", True),
    ],
)
def test_a_request_carries_the_cookies_of_its_url(line: str, url: str, *, sent: bool) -> None:
    """RFC 6265, 5.4: host, path, security and age."""
    assert cookies_for([line], url) == ([("a", "1")] if sent else [])


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("a=1", "site.test\tFALSE\t/x\tFALSE\t0\ta\t1"),
        ("a=1; Path=/; HttpOnly; Secure", "#HttpOnly_site.test\tFALSE\t/\tTRUE\t0\ta\t1"),
        ("a=1; domain=site.test; path=/", ".site.test\tTRUE\t/\tFALSE\t0\ta\t1"),
        ("a=; path=/", "site.test\tFALSE\t/\tFALSE\t0\ta\t"),
        ("a=1; expires=Fri, 01 Jan 2100 00:00:00 GMT; path=/",
         "site.test\tFALSE\t/\tFALSE\t4102444800\ta\t1"),
        ("a=1; domain=other.test", None),
        ("a=1; Max-Age=0", None),
        ("a=1\t2", None),
        ("", None),
    ],
)  # fmt: skip
def test_what_an_answer_sets_becomes_lines_of_a_jar(header: str, line: str | None) -> None:
    """Another host's cookies are not taken, nor what would break a line."""
    found = set_cookie_lines([("x", "y"), ("set-cookie", header)], "http://site.test/x/y")

    assert list(jar_lines(found)) == ([line] if line else [])


def test_a_host_of_one_label_keeps_its_name() -> None:
    """Python's jar knows it under another."""
    (line,) = set_cookie_lines([("set-cookie", "a=1")], "http://localhost:8080/")

    assert line.startswith("localhost\tFALSE\t")


@pytest.mark.parametrize(
    ("line", "url", "kept"),
    [
        (LINE, "http://example.com/", []),
        (LINE, "http://www.example.com/", [("a", "2")]),
        (LINE.replace("example", "#HttpOnly_.example").replace("FALSE", "TRUE", 1),
         "http://www.example.com/", []),
        (LINE, "http://other.com/", [("a", "2")]),
        (LINE.replace("\ta\t", "\tb\t"), "http://example.com/", [("a", "2")]),
    ],
)  # fmt: skip
def test_the_servers_newer_cookie_wins(line: str, url: str, kept: list[tuple[str, str]]) -> None:
    """A wished cookie is dropped where the jar holds one of that name for the host."""
    assert fresh_cookies([("a", "2")], [line], url) == kept
