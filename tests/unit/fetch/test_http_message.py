"""Answers that libcurl refuses and browsers read: heads, lengths, chunks, ends, and bounds."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.errors import BadContent, ConnectionFailed, FetchError, ResponseTooLong
from workers.fetchers.http.headers import parse_lines
from workers.fetchers.http.message import HEAD_BYTES, MessageReader

LENGTH = b"Content-Length: 2\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nBad line\r\n\r\n"


def read(answer: bytes, *, step: int = 0, most: int = 10_000, **options: bool) -> MessageReader:
    """Read ``answer`` in pieces of ``step`` bytes, and then the end of the connection."""
    reader = MessageReader(most, **options)
    step = step or len(answer) or 1
    for start in range(0, len(answer), step):
        if not reader.done:
            reader.feed(answer[start : start + step])
    if not reader.done:
        reader.close()
    return reader


@pytest.mark.parametrize("step", [0, 1, 3])
@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1;\r\nSecure\r\n" + LENGTH,
        b"HTTP/1.1 200 OK\nno colon here\n" + LENGTH,
        b"HTTP/1.1 200\r\nX: a\rb\r\n" + LENGTH,
        b"HTTP/1.1 200 OK\r\nX\0: a\0b\r\n" + LENGTH,
        b"HTTP/1.1 200 OK\r\nX y: a\r\n: b\r\n\xe9: c\r\n" + LENGTH,
        b"HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\n" + LENGTH,
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n" + LENGTH,
        b"HTTP/1.1 200 OK\r\nContent-Length: \r\n" + LENGTH,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: none\r\n" + LENGTH,
        b"HTTP/1.1 OK\r\n" + LENGTH,
        b"HTTP 200 OK\r\n" + LENGTH,
        b"http/1.9  200\r\n" + LENGTH,
        b"\r\nHTTP/1.1 200 OK\r\n" + LENGTH,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nbad\r\n" + LENGTH,
    ],
)
def test_what_is_wrong_in_a_head_is_read_past(head: bytes, step: int) -> None:
    """However it comes in pieces; bytes behind the body are not of it."""
    reader = read(head + b"\r\nok and more", step=step)

    assert (reader.status, bytes(reader.body), reader.done) == (200, b"ok", True)


def test_the_fields_that_can_be_read_are_kept_in_order() -> None:
    """Names in lower case, values as they are; what is no field is dropped."""
    reader = read(b"HTTP/1.1 301 X\r\nB: 1\r\nlost\r\nLocation: /\xe9\r\nb:  two\r\n x\r\n\r\n")

    assert parse_lines(reader.lines) == (("b", "1"), ("location", "/%E9"), ("b", "two x"))


@pytest.mark.parametrize("length", [b"", b"x", b"-2", b"+2", b"2.0", b"0x2", b"9" * 30])
def test_a_length_that_is_no_number_says_nothing(length: bytes) -> None:
    """The body ends with the connection."""
    reader = MessageReader(100)
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\nall of it")
    before = reader.done
    reader.close()

    assert (before, reader.done, bytes(reader.body)) == (False, True, b"all of it")


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize(
    "body",
    [
        b"2\r\nok\r\n0\r\n\r\n", b"0002;a=b\r\nok\r\n0;x\r\nX-T: 1\r\n\r\n", b"1\no\n1 \nk\n0\n\n",
        b" 2\r\nok\r\n0\r\nno field\r\n\r\n", b"0" * 40 + b"2\r\nok\r\n0\r\n\r\n",
        b"2\r\nok\r\n0\r\n",
    ],
)  # fmt: skip
def test_chunks_are_joined(body: bytes, step: int) -> None:
    """Extensions, leading zeros, bare line feeds and trailers are skipped (RFC 9112, 7.1)."""
    reader = read(CHUNKED + body, step=step)

    assert (bytes(reader.body), reader.done) == (b"ok", True)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", ConnectionFailed), (b"HTTP/1.1 200 OK\r\nX: y\r\n", ConnectionFailed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", ConnectionFailed),
        (CHUNKED + b"2\r\nok\r\n", ConnectionFailed), (CHUNKED + b"9\r\nok", ConnectionFailed),
        (CHUNKED + b"zz\r\n", ConnectionFailed), (CHUNKED + b"x" * 9999, BadContent),
        (b"ICY 200 OK\r\n\r\nok", BadContent), (b"<p>no head at all", BadContent),
        (b"junk! HTTP/1.1 200 OK\r\n\r\n", BadContent), (b"\0\n\n", BadContent),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", BadContent),
        (b"HTTP/1.1 200\r\nContent-Length: 2, 3\r\n\r\nok!", BadContent),
        (b"HTTP/1.1 200\r\n\r\n" + b"x" * 10_001, ResponseTooLong),
        (CHUNKED + b"fffffff\r\n" + b"x" * 10_001, ResponseTooLong),
        (b"HTTP/1.1 200\r\nX: " + b"x" * HEAD_BYTES, ResponseTooLong),
    ],
)  # fmt: skip
def test_what_nobody_can_trust_is_an_error(answer: bytes, error: type[FetchError]) -> None:
    """Cut answers, another protocol, two lengths, and more than was asked for."""
    with pytest.raises(error):
        read(answer)


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        (b"HTTP/1.1 204 No\r\nx\r\n\r\n", {}), (b"HTTP/1.1 304 No\r\nx\r\n\r\n", {}),
        (b"HTTP/1.1 200 OK\r\nx\r\nContent-Length: 9\r\n\r\n", {"bodiless": True}),
    ],
)  # fmt: skip
def test_some_answers_have_no_body(answer: bytes, options: dict[str, bool]) -> None:
    """RFC 9112, 6.3: whatever their heads say."""
    reader = MessageReader(100, **options)
    reader.feed(answer)

    assert (reader.done, bytes(reader.body)) == (True, b"")


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_end_in_an_answer_or_an_error(data: bytes, step: int) -> None:
    """In pieces of any size, behind a head or none."""
    for head in (b"", b"HTTP/1.1 200 OK\r\n", CHUNKED):
        with suppress(FetchError):
            assert read(head + data, step=step).done


@pytest.mark.parametrize(
    ("answer", "step"),
    [(CHUNKED + b"1\r\nx\r\n" * 200_000, 65_536), (b"HTTP/1.1 200 OK\r\n" + b"a\n" * 99_999, 7)],
    ids=["many chunks", "a head in drops"],
)
def test_a_hostile_answer_costs_bounded_time(answer: bytes, step: int) -> None:
    """Work grows with what came, not with its square."""
    began = time.process_time()
    with suppress(FetchError):
        read(answer, step=step, most=10_000_000)

    assert time.process_time() - began < 4
