from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.extraction.decode import decode, source_of


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
        (
            '<script>a<b "<meta charset=koi8-r>"</script><meta charset=windows-1251>',
            b"\xe6",
            "ж",
        ),
        ("<p title=it's><meta charset=windows-1251>", b"\xe6", "ж"),
        ("<meta charset=replacement>", b"", "\ufffd"),
    ],
)
def test_a_meta_names_the_charset(head: str, byte: bytes, letter: str) -> None:
    """As the HTML standard reads it; what stands in scripts and comments is no element."""
    text = decode(head.encode() + byte, None)

    assert text == (letter if "replacement" in head else head + letter)


LONG = "<script>" + "if (a<b) { c = '>' }\n" * 60 + "</script>"


@pytest.mark.parametrize(
    ("head", "letter"),
    [
        (f"<head>{LONG}<meta charset=windows-1251>", "Г¦"),
        (f"<head><!--{LONG}--><style>{LONG}</style><META CHARSET='windows-1251'>", "Г¦"),
        ("x" * 1024 + "<meta charset=windows-1251>", "Г¦"),
        (f"<head>{LONG[:-9]}<meta charset=windows-1251></script>", "æ"),
        (f"<head>{LONG}</head><meta charset=windows-1251>", "æ"),
        (f"<head>{LONG}<body><meta charset=windows-1251>", "æ"),
        (f"<body><meta charset=windows-1251>{LONG}", "Г¦"),
        (f"<meta charset=windows-1251>{LONG}<meta charset=koi8-r>", "Г¦"),
    ],
)
def test_a_meta_counts_as_far_as_the_head_goes(head: str, letter: str) -> None:
    """Browsers start over for one past byte 1,024; in the body it is none."""
    assert decode(head.encode() + b"\xc3\xa6", None) == head + letter


@pytest.mark.parametrize(
    ("start", "byte", "letter"),
    [
        ("<?xml version='1.0' encoding='iso-8859-2'?>", b"\xb1", "ą"),
        ('<?xml encoding = "ISO-8859-2" version="1.0"?>', b"\xb1", "ą"),
        ('<?xml version="1.0" encoding="utf-16"?>', b"\xc3\xa6", "æ"),
        ('<?xml version="1.0" encoding="koi8-r"?><meta charset=iso-8859-2>', b"\xb1", "ą"),
        (f'<?xml version="1.0" encoding="koi8-r"?>{LONG}<meta charset=iso-8859-2>', b"\xb1", "ą"),
        ('<?xml version="1.0"?><p title="encoding=\'koi8-r\'">', b"\xc3\xa6", "æ"),
        (' <?xml version="1.0" encoding="koi8-r"?>', b"\xc3\xa6", "æ"),
    ],
)
def test_an_xml_declaration_names_the_charset_where_no_meta_does(
    start: str, byte: bytes, letter: str
) -> None:
    """At the very start alone, and after all that a page of HTML says of itself."""
    assert decode(start.encode() + byte, "text/html") == start + letter


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_an_xml_declaration_in_utf_16_is_known_by_its_zeros(charset: str) -> None:
    """The one thing that tells UTF-16 without a byte order mark."""
    page = "<?xml version='1.0'?><p>ą"

    assert decode(page.encode(charset), None) == page


@pytest.mark.parametrize("unit", [b'<a "', b"<!--", b"<script>", b"<x y='", b'<meta charset="'])
def test_markup_without_an_end_is_looked_at_once(unit: bytes) -> None:
    """A page made to be slow: what is open at its end is not begun again at each byte."""
    began = time.process_time()
    decode(unit * 200_000 + b"charset", None)

    assert time.process_time() - began < 2


@given(st.binary(max_size=3000), st.none() | st.text())
def test_any_bytes_are_some_text(body: bytes, header: str | None) -> None:
    """Decoding never fails, and what it gives can be written as UTF-8."""
    text = decode(body, header)

    assert isinstance(text, str)
    assert source_of(body, header, "").utf8 == text.encode()
