from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.extraction.urls import absolute, host_of, is_http, origin_of, page_key


def test_a_page_is_known_by_its_url_without_the_fragment() -> None:
    """URLs that differ only in their fragment are one page; the key fits a uuid column."""
    key = page_key("http://h.test/a?b#c")

    assert key == page_key("http://h.test/a?b") != page_key("http://h.test/a")
    assert len(key) == 32
    assert uuid.UUID(key).hex == key


@pytest.mark.parametrize("fragment", ["#/item/2", "#!/item/2", "#!item"])
def test_a_route_is_a_page_of_its_own_where_a_browser_shows_it(fragment: str) -> None:
    """A script shows it; without a browser it is a part of an address that nobody sends."""
    url = f"http://h.test/app{fragment}"

    assert page_key(url) == page_key("http://h.test/app")
    assert page_key(url, routes=True) != page_key("http://h.test/app", routes=True)
    assert page_key(url, routes=True) != page_key(f"{url}0", routes=True)


@pytest.mark.parametrize("fragment", ["", "#", "#top", "#item/2", "#:~:text=a", "#?a=/b"])
def test_other_fragments_name_a_place(fragment: str) -> None:
    """Also in a browser they are one page with their document."""
    assert page_key(f"http://h.test/app{fragment}", routes=True) == page_key("http://h.test/app")


@pytest.mark.parametrize(
    ("ref", "joined"),
    [
        ("../x y", "http://h.test/x%20y"),
        ("?ü", "http://h.test/a/b?%C3%BC"),
        ("", "http://h.test/a/b?q"),
        ("//O.test:80/", "http://o.test/"),
        ("\\\\o.test\\x", "http://o.test/x"),
        ("http://127.0.0.1\\@o.test/", "http://127.0.0.1/@o.test/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[bad", None),
        ("http://a b/", None),
        ("http://h.test:99999/", None),
        ("\ud800", None),
    ],
)
def test_a_reference_is_joined_as_browsers_do(ref: str, joined: str | None) -> None:
    """The WHATWG URL standard, not RFC 3986: two readings of one URL are a hole in the guard."""
    assert absolute("http://h.test/a/b?q#f", ref) == joined


@pytest.mark.parametrize(
    ("charset", "ref", "joined"),
    [
        ("windows-1251", "?q=мука", "http://h.test/a/b?q=%EC%F3%EA%E0"),
        ("windows-1251", " /м?q=м\tж+я%20'<#м ", "http://h.test/%D0%BC?q=%EC%E6+%FF%20%27%3C#%D0%BC"),
        ("windows-1251", "#?м", "http://h.test/a/b?q#?%D0%BC"),
        ("windows-1251", "/p?a?ж#", "http://h.test/p?a?%E6#"),
        ("windows-1251", "https://o.test?ж", "https://o.test/?%E6"),
        ("windows-1251", "mailto:a@b.c?subject=ж", "mailto:a@b.c?subject=%D0%B6"),
        ("windows-1251", "javascript:x?ж", "javascript:x?%D0%B6"),
        ("windows-1251", "http://[bad?ж", None),
        ("windows-1252", "?q=мé&r", "http://h.test/a/b?q=%26%231084%3B%E9&r"),
        ("shift_jis", "?ソ表", "http://h.test/a/b?%83\\%95\\"),
        ("gbk", "?小麦€\u1e40", "http://h.test/a/b?%D0%A1%C2%F3%80%26%237744%3B"),
        ("big5", "?麵", "http://h.test/a/b?%C4%D1"),
        ("iso-2022-jp", "?aあ#", "http://h.test/a/b?a%1B$B$%22%1B(B#"),
        ("utf-16le", "?é", "http://h.test/a/b?%C3%A9"),
        ("replacement", "?é", "http://h.test/a/b?%C3%A9"),
    ],
)  # fmt: skip
def test_a_query_is_written_in_the_charset_of_its_page(
    charset: str, ref: str, joined: str | None
) -> None:
    """What a site's server reads; path, fragment and what is no web address stay in UTF-8."""
    assert absolute("http://h.test/a/b?q#f", ref, charset) == joined


def test_the_host_has_a_port_where_it_is_not_the_usual_one() -> None:
    """Host and origin are what pacing and robots.txt go by."""
    assert host_of("https://U:p@H.test:443/x") == "h.test"
    assert host_of("http://H.test:8080/x") == "h.test:8080"
    assert origin_of("http://H.test:8080/x") == "http://h.test:8080"
    assert [is_http(u) for u in ("http://a/", "https://a/", "ftp://a/", "mailto:a")] == [
        True, True, False, False,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="Invalid"):
        host_of("no url")


@given(st.text(), st.text())
def test_any_text_is_a_url_or_none(base: str, ref: str) -> None:
    """Whatever a page holds, joining ends in a URL that is stable, or in None."""
    joined = absolute(base, ref)

    assert joined is None or absolute(joined, joined) == joined
