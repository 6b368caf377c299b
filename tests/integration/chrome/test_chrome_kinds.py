from __future__ import annotations

import pytest

from tests.integration.chrome.conftest import Fetch
from tests.site.dynamic.serve import DynamicSite
from workers.extraction.decode import source_of
from workers.extraction.sniff import is_binary

FEED = "<?xml version='1.0' encoding='windows-1251'?><rss><item><link>ж</link></item></rss>"


@pytest.mark.parametrize("kind", ["application/rss+xml", "application/xml", "text/html"])
def test_a_feed_comes_as_it_was_sent(fetch: Fetch, dynamic_site: DynamicSite, kind: str) -> None:
    """The browser's own reading of it is a viewer's, or that of a parser of HTML."""
    dynamic_site.extra["/feed"] = 200, {"Content-Type": kind}, FEED.encode("cp1251")
    response = fetch("/feed").response
    assert response is not None
    source = source_of(response.body, response.header("content-type"), response.url)

    assert source.is_xml
    assert source.utf8.decode() == FEED


@pytest.mark.parametrize(
    "kind", ["application/atom+xml", "text/plain", "text/plain; charset=utf-8"]
)
def test_text_without_a_charset_is_no_western_text(
    fetch: Fetch, dynamic_site: DynamicSite, kind: str
) -> None:
    """UTF-8 where it is valid, as on a page."""
    dynamic_site.extra["/text"] = 200, {"Content-Type": kind}, "<feed><a>жé—</a></feed>".encode()
    response = fetch("/text").response
    assert response is not None

    assert response.body.decode() == "<feed><a>жé—</a></feed>"


def test_xhtml_is_what_scripts_make_of_it(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """Its declaration is no reason to read it as it was sent."""
    page = b"<?xml version='1.0'?><html><body><p>a</p><script>document.write('<p>b')</script>"
    dynamic_site.extra["/page"] = 200, {"Content-Type": "text/html"}, page
    response = fetch("/page").response
    assert response is not None

    assert b"<p>b</p>" in response.body
    assert not source_of(response.body, response.header("content-type"), "").is_xml


def test_a_picture_is_a_file_in_the_browser_too(fetch: Fetch) -> None:
    """Its viewer's page is nobody's data."""
    response = fetch("/image.png?color=ff0000").response
    assert response is not None

    assert is_binary(response.body, response.header("content-type"))


@pytest.mark.parametrize("charset", ["windows-1251", "gbk"])
def test_a_page_says_in_which_charset_the_browser_read_it(
    fetch: Fetch, dynamic_site: DynamicSite, charset: str
) -> None:
    """One that its ``<meta>`` names alone, and though the page's script says otherwise."""
    script = "<script>Object.defineProperty(document, 'characterSet', {value: 'x'})</script>"
    page = f"<meta charset={charset}>{script}<p>ж".encode(charset)
    dynamic_site.extra["/page"] = 200, {"Content-Type": "text/html"}, page
    response = fetch("/page").response
    assert response is not None

    assert response.charset == charset
    assert "<p>ж</p>" in response.body.decode()
