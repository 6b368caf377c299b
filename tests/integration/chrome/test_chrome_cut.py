from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
import zstandard

from tests.builders.tls_relay import certificate, tls_in_front_of
from tests.integration.chrome.conftest import Believe, Fetch
from tests.site.dynamic.serve import DynamicSite
from workers import errors

PAGE = b"<ul>" + b"".join(b"<li>row %d of many</li>" % number for number in range(500)) + b"</ul>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNK = b"%x\r\n%s\r\n"


def raw_deflate(body: bytes) -> bytes:
    """Return ``body`` in the format that many servers send as deflate."""
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(body) + engine.flush()


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def framed(body: bytes, frame: str, coding: str = "") -> bytes:
    """Return an answer with ``body`` in one of HTTP's three frames."""
    head = HEAD + (
        f"Content-Encoding: {coding.rsplit(maxsplit=1)[-1]}\r\n".encode() if coding else b""
    )
    if frame == "length":
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    if frame == "chunks":
        middle = len(body) // 2
        chunks = CHUNK % (middle, body[:middle]) + CHUNK % (len(body) - middle, body[middle:])
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nX-Trailer: 1\r\n\r\n"
    return head + b"Connection: close\r\n\r\n" + body


@pytest.mark.parametrize("coding", CODERS)
@pytest.mark.parametrize("frame", ["length", "chunks", "close"])
def test_a_coded_page_that_ends_in_its_middle_fails(
    fetch: Fetch, dynamic_site: DynamicSite, coding: str, frame: str
) -> None:
    """Half a compressed page is no page, however well its frame is closed (RFC 9112, 8)."""
    body = CODERS[coding](PAGE)
    dynamic_site.raw["/cut"] = framed(body[: len(body) * 2 // 3], frame, coding)
    exchange = fetch("/cut")

    assert isinstance(exchange.error, errors.FetchError)
    assert exchange.error.retry
    assert exchange.milliseconds < 10_000


@pytest.mark.parametrize("coding", ["", *CODERS])
@pytest.mark.parametrize("frame", ["length", "chunks", "close"])
def test_a_whole_page_is_whole_in_every_frame(
    fetch: Fetch, dynamic_site: DynamicSite, coding: str, frame: str
) -> None:
    """What looks for the end of a body never takes a whole one for cut."""
    body = CODERS[coding](PAGE) if coding else PAGE
    dynamic_site.raw["/whole"] = framed(body, frame, coding)
    exchange = fetch("/whole")

    assert exchange.response is not None, exchange.error
    assert exchange.response.body.count(b"<li>") == 500


SHORT = (
    HEAD + b"Content-Length: 90000\r\n\r\n" + PAGE,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK % (len(PAGE), PAGE),
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"9000\r\n" + PAGE,
)


@pytest.mark.parametrize("answer", SHORT)
def test_a_page_that_is_shorter_than_its_frame_fails_at_once(
    fetch: Fetch, dynamic_site: DynamicSite, answer: bytes
) -> None:
    """An incomplete message must not be taken for complete, and nobody waits for the rest."""
    dynamic_site.raw["/cut"] = answer
    exchange = fetch("/cut")

    assert isinstance(exchange.error, errors.ConnectionFailed)
    assert exchange.milliseconds < 10_000


def test_a_page_that_is_shorter_than_its_frame_fails_over_tls_too(
    believe: Believe, fetch: Fetch, dynamic_site: DynamicSite, tmp_path: Path
) -> None:
    """A tunnel can't be looked into, but the browser itself sees where a frame ends."""
    believe(insecure_hosts=("127.0.0.1",))
    port = urlsplit(dynamic_site.url).port
    assert port is not None
    with tls_in_front_of(port, certificate(tmp_path)) as secure:
        for answer in SHORT:
            dynamic_site.raw["/cut"] = answer
            assert isinstance(
                fetch(f"https://127.0.0.1:{secure}/cut").error, errors.ConnectionFailed
            )


def test_what_follows_a_gzip_stream_is_no_fault(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """Some servers add bytes behind the stream; browsers leave them out."""
    dynamic_site.raw["/junk"] = framed(gzip.compress(PAGE) + b"\0\0junk", "length", "gzip")
    exchange = fetch("/junk")

    assert exchange.response is not None, exchange.error
    assert exchange.response.body.count(b"<li>") == 500


@pytest.mark.parametrize("kind", ["script", "link rel=stylesheet", "iframe"])
def test_a_part_of_the_page_that_is_cut_does_not_fail_it(
    fetch: Fetch, dynamic_site: DynamicSite, kind: str
) -> None:
    """A visitor sees the page too."""
    dynamic_site.raw["/part"] = HEAD + b"Content-Length: 900\r\n\r\n<p>part"
    name = kind.split(maxsplit=1)[0]
    where = "href" if name == "link" else "src"
    body = f"<p class=one>there</p><{kind} {where}=/part></{name}>"
    dynamic_site.extra["/page"] = (200, {"Content-Type": "text/html"}, body.encode())
    exchange = fetch("/page")

    assert exchange.response is not None, exchange.error
    assert b"there" in exchange.response.body
