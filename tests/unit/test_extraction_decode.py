from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.extraction.decode import decode, to_utf8

CZECH = "<p>Žluťoučký kůň úpěl ďábelské ódy</p>"


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        (b"\xef\xbb\xbfA\xc3\xa9", "text/html; charset=koi8-r", "Aé"),
        (b"\xff\xfeA\x00", None, "A"),
        (b"\xfe\xff\x00A", "text/html; charset=utf-8", "A"),
        (b"\xbe", "text/html; charset=iso-8859-2", "ž"),
        (b"\xbe", 'text/html;Charset="ISO-8859-2"', "ž"),
        (b"<meta charset=koi8-r>\xbe", "text/html; charset=iso-8859-2", "<meta charset=koi8-r>ž"),
        (b"\x80\x81", "text/html; charset=iso-8859-1", "€\x81"),
        (b"a\xff", "text/html; charset=utf-8", "a\ufffd"),
        (b"<meta charset=iso-8859-2>\xbe", "text/html; charset=nonsense", None),
        (b"<meta charset=iso-8859-2>\xbe", "text/html", None),
    ],
)
def test_the_mark_wins_over_the_header_and_the_header_over_the_page(
    body: bytes, header: str | None, text: str | None
) -> None:
    """Byte order mark, HTTP header, meta: the first that names a known charset counts."""
    assert decode(body, header) == (text or "<meta charset=iso-8859-2>ž")


@pytest.mark.parametrize(
    ("head", "byte", "letter"),
    [
        ("<meta charset=windows-1251>", b"\xe6", "ж"),
        ("<META CHARSET = 'windows-1251' >", b"\xe6", "ж"),
        ('<meta http-equiv=content-type content="text/html;charset=windows-1251">', b"\xe6", "ж"),
        ('<meta content="a; charset=windows-1251" http-equiv="Content-Type"/>', b"\xe6", "ж"),
        ("<!-- <meta charset=koi8-r> --><meta charset=windows-1251>", b"\xe6", "ж"),
        ("<p title='<meta charset=koi8-r>'><meta charset=windows-1251>", b"\xe6", "ж"),
        ("<meta name=charset content=koi8-r><meta charset=windows-1251>", b"\xe6", "ж"),
        ("<metaphor charset=koi8-r><meta charset=windows-1251>", b"\xe6", "ж"),
        ("<meta charset=nonsense><meta charset=windows-1251>", b"\xe6", "ж"),
        ("<meta charset=utf-16>", b"\xc3\xa6", "æ"),
        ("<meta charset=x-user-defined>", b"\x80", "€"),
        ("<meta charset=gb2312>", b"\x81\x30\x81\x30", "\x80"),
        ("x" * 1024 + "<meta charset=windows-1251>", b"\xc3\xa6", "æ"),
        ("x" * 1024 + "<meta charset=windows-1251>", b"\xe6", "æ"),
    ],
)
def test_a_meta_in_the_first_1024_bytes_names_the_charset(
    head: str, byte: bytes, letter: str
) -> None:
    """The prescan of the HTML standard; beyond it come UTF-8 if valid, detection, windows-1252."""
    assert decode(head.encode() + byte, None) == head + letter


@pytest.mark.parametrize("charset", ["cp1250", "iso8859_2", "utf-8"])
def test_an_undeclared_page_is_detected(charset: str) -> None:
    """Without a declaration: UTF-8 if it is valid, else what the bytes look like."""
    assert decode(CZECH.encode(charset), None) == CZECH


def test_a_few_strange_bytes_are_read_as_western() -> None:
    """Where nothing can be told, windows-1252 is the likeliest."""
    assert decode("£11.99 … naïve".encode("cp1252"), None) == "£11.99 … naïve"


@given(st.binary(max_size=3000), st.none() | st.text())
def test_any_bytes_are_some_text(body: bytes, header: str | None) -> None:
    """Decoding never fails, and what it gives can be written as UTF-8."""
    text = decode(body, header)

    assert isinstance(text, str)
    assert to_utf8(body, header) == text.encode()
