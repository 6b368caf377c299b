"""The pure parts of the base fetcher: codings, headers, and the table of faults."""

from __future__ import annotations

import gzip
import random
import time
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pycurl
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from workers import errors
from workers.fetchers.http import faults
from workers.fetchers.http.body import DECODERS, decode_body
from workers.fetchers.http.headers import cookie_line, parse_lines, redirects, request_lines

MEBI = 1024 * 1024
PACK = {
    "gzip": lambda data: gzip.compress(data, 1),
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstandard.compress,
}


@given(st.binary(max_size=3000), st.sampled_from(sorted(PACK)))
def test_every_coding_round_trips(data: bytes, name: str) -> None:
    """What was packed comes back, at a bound that it just fits."""
    assert decode_body(PACK[name](data), name, len(data)) == data


@given(st.binary(min_size=1, max_size=300), st.sampled_from(sorted(DECODERS)))
def test_any_bytes_end_in_a_body_or_an_error_of_ours(data: bytes, name: str) -> None:
    """No garbage raises a foreign error."""
    known = errors.BadContent, errors.ConnectionFailed, errors.ResponseTooLong
    body = b""
    with suppress(*known):
        body = decode_body(data, name, 10_000)

    assert len(body) <= 10_000


@given(st.binary(min_size=40, max_size=400), st.sampled_from(sorted(PACK)), st.integers(1, 8))
def test_a_cut_body_is_never_taken_for_whole(data: bytes, name: str, missing: int) -> None:
    """A stream without its end is a connection that was cut."""
    with pytest.raises(errors.ConnectionFailed):
        decode_body(PACK[name](data)[:-missing], name, 10_000)


@pytest.mark.parametrize("name", sorted(PACK))
def test_a_bomb_costs_little_more_memory_than_the_bound(name: str) -> None:
    """64 MiB of zeros against a bound of 1 MiB."""
    bomb = PACK[name](bytes(64 * MEBI))
    tracemalloc.start()
    with pytest.raises(errors.ResponseTooLong):
        decode_body(bomb, name, MEBI)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 24 * MEBI


def test_the_bound_holds_between_two_layers() -> None:
    """A bomb inside another coding is stopped as well."""
    with pytest.raises(errors.ResponseTooLong):
        decode_body(brotli.compress(gzip.compress(bytes(9 * MEBI))), "gzip, br", MEBI)


@pytest.mark.parametrize("codings", ["compress", "gzip, gzip, gzip, gzip", "dcb"])
def test_unsupported_codings_are_bad_content(codings: str) -> None:
    """Codings that nobody sends, or too many layers."""
    with pytest.raises(errors.BadContent):
        decode_body(b"x", codings, 100)


@pytest.mark.parametrize("codings", ["", "identity", "UTF-8", "none", "identity, x"])
def test_unknown_codings_are_no_coding(codings: str) -> None:
    """Mistaken values leave the body as it is."""
    assert decode_body(b"x", codings, 100) == b"x"


@pytest.mark.parametrize("junk", [b"\x00", b"junk", b"<!-- served by a cache -->" * 400])
@pytest.mark.parametrize("name", sorted(PACK))
def test_bytes_behind_a_stream_are_left(name: str, junk: bytes) -> None:
    """As browsers leave them; further gzip members and zstd frames are read."""
    text = b"a page " * 3000
    packed = PACK[name](text)
    twice = name in {"gzip", "zstd"}

    assert decode_body(packed + junk, name.upper(), 50_000) == text
    assert decode_body(packed * (1 + twice) + junk, name, 50_000) == text * (1 + twice)


def test_the_search_for_a_streams_end_is_bounded() -> None:
    """Junk behind a bomb, and a body that is no stream at all."""
    bomb = brotli.compress(bytes(64 * MEBI), quality=1) + b"junk"
    with pytest.raises(errors.ResponseTooLong):
        decode_body(bomb, "br", MEBI)
    began = time.process_time()
    with suppress(errors.FetchError):
        decode_body(random.Random(1).randbytes(4 * MEBI), "br", MEBI)  # noqa: S311 - any bytes

    assert time.process_time() - began < 3


def test_every_code_of_libcurl_is_in_the_table_or_known_not_to_happen() -> None:
    """A new libcurl's new error fails this test until somebody decides what it means."""
    codes = {
        getattr(pycurl, name): name
        for name in dir(pycurl)
        if name.startswith("E_") and not name.startswith("E_MULTI_")
    }
    missing = {
        name
        for code, name in codes.items()
        if code not in faults.FAULTS and code not in faults.NEVER
    }

    assert missing == set()
    assert not faults.NEVER & set(faults.FAULTS)


@pytest.mark.parametrize(
    ("code", "detail", "proxied", "expected"),
    [
        (pycurl.E_OPERATION_TIMEDOUT, "", False, errors.FetchTimeout),
        (pycurl.E_COULDNT_CONNECT, "x", True, errors.ProxyFailed),
        (pycurl.E_OPERATION_TIMEDOUT, "x", True, errors.FetchTimeout),
        (pycurl.E_SSL_CONNECT_ERROR, "SSL_ERROR_SYSCALL", False, errors.ConnectionFailed),
        (pycurl.E_SSL_CONNECT_ERROR, "wrong version number", False, errors.TlsFailed),
        (pycurl.E_RECV_ERROR, "Too large response headers: 9 > 8", False, errors.ResponseTooLong),
        (424_242, "", False, errors.FetchError),
    ],
)
def test_codes_become_our_errors(
    code: int, detail: str, expected: type[errors.FetchError], *, proxied: bool
) -> None:
    """By the table, with the few cases where libcurl's code alone would mislead."""
    assert type(faults.fault(code, detail, proxied=proxied)) is expected


def test_a_proxys_error_tells_nothing_of_the_proxy() -> None:
    """The sentence of libcurl may name the proxy, so it is left out."""
    assert "secret" not in faults.fault(28, "secret-proxy:3128", proxied=True).message


def test_request_lines_keep_order_and_add_defaults() -> None:
    """Headers in order; connection fields dropped; empty values as libcurl spells them."""
    lines = request_lines((("User-Agent", "x"), ("Host", "h"), ("TE", "y"), ("X-Empty", " ")))

    assert lines[:3] == [b"User-Agent: x", b"Host: h", b"X-Empty;"]
    assert [line.split(b":")[0] for line in lines[3:]] == [b"Accept", b"Accept-Encoding", b"Expect"]


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r", "ü", "x\x00"])
def test_a_header_name_must_be_a_token(name: str) -> None:
    """RFC 9110, 5.1."""
    with pytest.raises(errors.BadUrl):
        request_lines(((name, "v"),))


def test_response_lines_are_read_from_the_last_head() -> None:
    """Interim heads and trailers are left out; folded lines and repeated names are kept."""
    lines = [
        b"HTTP/1.1 103 Early Hints\r\n", b"Link: x\r\n", b"\r\n",
        b"HTTP/1.1 200 OK\r\n", b"Set-Cookie: a=1\r\n", b"SET-COOKIE: b=2\r\n", b"X: one\r\n",
        b" two\r\n", b"nonsense\r\n", b"Empty:\r\n", b"\r\n", b"X-Trailer: t\r\n",
    ]  # fmt: skip

    assert parse_lines(lines) == (
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x", "one two"),
        ("empty", ""),
    )


@pytest.mark.parametrize("name", ["Location", "refresh", "Content-Location", "LINK"])
def test_bytes_of_a_url_in_a_header_stay_what_they_are(name: str) -> None:
    """Percent-encoded as they stand, be they Latin-1, UTF-8 or Shift_JIS; other values are text."""
    values = ["/café".encode("latin-1"), "/café".encode(), "/日".encode("shift_jis"), b"/a%20b"]
    heads = [[b"HTTP/1.1 302\r\n", name.encode() + b": " + value + b"\r\n"] for value in values]

    assert [parse_lines(head)[0][1] for head in heads] == [
        "/caf%E9", "/caf%C3%A9", "/%93%FA", "/a%20b",
    ]  # fmt: skip
    assert parse_lines([b"HTTP/1.1 200\r\n", b"X-Location: caf\xe9\r\n"]) == (
        ("x-location", "café"),
    )


@pytest.mark.parametrize(
    ("head", "whether"),
    [
        ([b"HTTP/1.1 302 Found\r\n", b"LOCATION: /\r\n", b"\r\n"], True),
        ([b"HTTP/2 308 \r\n", b"location: /\r\n", b"\r\n"], True),
        ([b"HTTP/1.1 103\r\n", b"\r\n", b"HTTP/1.0 301\n", b"Location:/\n", b"\n"], True),
        ([b"HTTP/1.1 302 Found\r\n", b"Location: /\r\n"], False),
        ([b"HTTP/1.1 302 Found\r\n", b"\r\n"], False),
        ([b"HTTP/1.1 304 -\r\n", b"Location: /\r\n", b"\r\n"], False),
        ([b"HTTP/1.1 201 -\r\n", b"Location: /\r\n", b"\r\n"], False),
        ([], False),
    ],
)
def test_a_redirects_head_is_whole_and_says_where_to(head: list[bytes], *, whether: bool) -> None:
    """Only then is its body not needed."""
    assert redirects(head) is whether


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_any_lines_are_read_without_an_error(lines: list[bytes]) -> None:
    """Header names are lower case whatever comes."""
    assert all(name == name.lower() for name, _ in parse_lines([b"HTTP/1.1 200\r\n", *lines]))


def test_cookie_line_joins_header_and_cookies() -> None:
    """A Cookie header of the payload and its cookies go out together."""
    assert cookie_line((("Cookie", "x=1; y=2"),), (("z", "3"),)) == b"x=1; y=2; z=3"


@pytest.mark.parametrize(("name", "value"), [("a", "1; b=2"), ("a=b", "1"), ("a", "1\r\nX: y")])
def test_a_cookie_cannot_smuggle_another(name: str, value: str) -> None:
    """Separators and control characters are refused."""
    with pytest.raises(errors.BadUrl):
        cookie_line((), ((name, value),))
