from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.extraction.charsets.decoders import MAX_STEPS, decode
from workers.extraction.charsets.encoders import encode

INDEXES = {
    "ibm866": "663ebe56406b4b4a", "iso-8859-2": "52cf3d0728e2018a",
    "iso-8859-3": "b37a474e94533194", "iso-8859-4": "e12f3a741dc27000",
    "iso-8859-5": "317c81b7dbddff46", "iso-8859-6": "876913872868e365",
    "iso-8859-7": "3c8025a505a37f60", "iso-8859-8": "07f5e3d38992761b",
    "iso-8859-8-i": "07f5e3d38992761b", "iso-8859-10": "8e4f6bec591174ce",
    "iso-8859-13": "b16daccb93630ef2", "iso-8859-14": "3c1aa18c10b44f6c",
    "iso-8859-15": "5672dc1f86c85111", "iso-8859-16": "c3a950c3c50728fe",
    "koi8-r": "12342e397720b1aa", "koi8-u": "da3bf122f768368e", "macintosh": "1e2aea615617ac59",
    "windows-874": "481753514fdfd136", "windows-1250": "5133d93426730cde",
    "windows-1251": "0482f28fe32d121e", "windows-1252": "229c3c262e6a0cb0",
    "windows-1253": "7d4c8421655c1ab1", "windows-1254": "ba04da1da22ae8fc",
    "windows-1255": "1b1f2c29e8ff839c", "windows-1256": "65e2644aee974953",
    "windows-1257": "6e35d0c3a73fe9a1", "windows-1258": "9c73a50d6ef755ba",
    "x-mac-cyrillic": "b1b5c79f7ac4b3b3",
    "big5": "a9536c97bfced7cb", "euc-kr": "c7cfb92663947d6f", "gb18030": "ef099573dd2741d1",
    "gbk": "ef099573dd2741d1",
}  # fmt: skip
"""A digest of each index at https://encoding.spec.whatwg.org/indexes.json, U+FFFD for its gaps."""

JIS0208_ROWS = "bc213628ec75d09b"
"""Of the first 94 rows of index jis0208, which EUC-JP and ISO-2022-JP reach."""

FORMS = {
    "big5": (157, (0x40, 0x62), 126), "euc-kr": (190, (0x41, 0x41), 126),
    "gb18030": (190, (0x40, 0x41), 126), "gbk": (190, (0x40, 0x41), 126),
}  # fmt: skip
"""Trails of a lead, what is added to one below and from 0x3F on, and how many leads there are."""

BIG5_PAIRS = {"Ê̄", "Ê̌", "ê̄", "ê̌"}
"""Two code points each, and so in no index."""


def _sequences(name: str) -> Iterator[bytes]:
    """Yield the bytes of each pointer of an index, in its order."""
    if name not in FORMS:
        yield from (bytes((byte,)) for byte in range(0x80, 0x100))
        return
    trails, offsets, leads = FORMS[name]
    for pointer in range(trails * leads):
        lead, trail = divmod(pointer, trails)
        yield bytes((lead + 0x81, trail + offsets[name != "euc-kr" and trail >= 0x3F]))


def _digest(letters: Iterator[str]) -> str:
    text = "".join("\ufffd" if "\ufffd" in each or each in BIG5_PAIRS else each for each in letters)
    return blake2b(text.encode(), digest_size=8).hexdigest()


@pytest.mark.parametrize("name", INDEXES)
def test_an_encoding_has_the_table_of_the_standard(name: str) -> None:
    """Every place of every index, gaps included; Python's own tables differ in seven of them."""
    assert _digest(decode(bytes(each), name) for each in _sequences(name)) == INDEXES[name]


def _rows(pair: bytes = b"") -> Iterator[bytes]:
    for row in range(94):
        yield from (pair + bytes((row + 0xA1, cell + 0xA1)) for cell in range(94))


def test_the_japanese_encodings_share_one_table() -> None:
    """JIS X 0208 with NEC's and IBM's rows, whichever way it is written."""
    in_euc = [decode(pair, "euc-jp") for pair in _rows()]
    in_iso = [
        decode(b"\x1b$B" + bytes(byte & 0x7F for byte in pair), "iso-2022-jp") for pair in _rows()
    ]

    assert _digest(iter(in_euc)) == JIS0208_ROWS
    assert in_iso == in_euc
    assert _digest(decode(pair, "euc-jp") for pair in _rows(b"\x8f")) == "ac12554f11b2c301"


def test_shift_jis_has_the_whole_of_its_table() -> None:
    """Index jis0208 to its end, the private characters between, and nothing else."""
    letters = []
    for pointer in range(11280):
        lead, trail = divmod(pointer, 188)
        pair = bytes((lead + (0x81 if lead < 31 else 0xC1), trail + (0x40, 0x41)[trail >= 63]))
        private = 8836 <= pointer <= 10715
        letters.append("\ufffd" if private else decode(pair, "shift_jis"))
        assert not private or decode(pair, "shift_jis") == chr(0xE000 - 8836 + pointer)

    assert _digest(iter(letters)) == "73e2b1ab2be1a335"
    assert decode(b"\xb1\xa0\xfd\x80", "shift_jis") == "ｱ\ufffd\ufffd\x80"


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("big5", b"\xa1A\xa3\xe1\x88\x62", "，€Ê̄"),
        ("big5", b"\xa7\xa2A\xa2A\xa1\xfe", "坎A∕／"),
        ("big5", b"<\x81<p>\xff\x80x\xa4", "<\ufffd<p>\ufffd\ufffdx\ufffd"),
        ("gb18030", b"\x80\xa6\xd9\xa3\xa0\x815\xf47\xa8\xbc", "€︐\u3000\ue7c7ḿ"),
        ("gb18030", b"\x810\x810\x810\x81x\x84\xff", "\x80\ufffd0亁\ufffd"),
        ("gb18030", b"\xff\x81\x7f\x8100\xe3\x32\x9a\x35\xe3\x32\x9a\x36", None),
        ("gb18030", b"a\x810\x81", "a\ufffd"),
        ("gbk", b"\x80\x90\x30\x81\x30", "€\U00010000"),
        ("euc-jp", b"\xad\xa1\xa1\xc1\xa1\xdd\x8e\xb1", "①～－ｱ"),
        ("euc-jp", b"\x8f\xa2\xb7\x8f\xb0\xa1~", "～丂~"),
        ("euc-jp", b"\xad<p>\x8f\xa1<b>\x8e\xe0x\x80\xff", "\ufffd<p>\ufffd<b>\ufffdx\ufffd\ufffd"),
        ("euc-kr", b"\xb0\xa1\x81<\xc9\xa1y", "가\ufffd<\ufffdy"),
        ("shift_jis", b"\x81<\x83\xa0\xe0\xffx\x82", "\ufffd<Β\ufffdx\ufffd"),
        ("koi8-u", b"\xae\xbe", "ўЎ"),
        ("windows-1255", b"\xca\x81\xff", "\u05ba\x81\ufffd"),
        ("windows-1252", b"\x80\x81", "€\x81"),
        ("x-user-defined", b"a\x80\xff", "a\uf780\uf7ff"),
        ("utf-16le", b"a\0\0\xd8b\0c", "a\ufffdb\ufffd"),
        ("utf-8", b"a\xe2\x82<p>\xff", "a\ufffd<p>\ufffd"),
        ("replacement", b"<p>anything", "\ufffd"),
        ("replacement", b"", ""),
    ],
)  # fmt: skip
def test_a_fault_eats_no_more_than_the_standard_says(
    name: str, body: bytes, text: str | None
) -> None:
    """What follows a fault is read on, markup above all; and the rows that Python lacks."""
    if text is None:
        text = "\ufffd\ufffd\x7f\ufffd00\U0010ffff\ufffd"
    assert decode(body, name) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'a\x1b$B$"-!\x1b(Bb', "aあ①b"),
        (b"\x1b(J\\~\x1b(I1\x0f\x1b(B\\", "¥‾ｱ\ufffd\\"),
        (b"\x1b$B$\x1b(Bx", "\ufffdx"),
        (b'\x1b$B$"\n$', "あ\ufffd\ufffd"),
        (b"\x1b$B\x1b(Bx", "\ufffdx"),
        (b"\x1b(x\x1b", "\ufffd(x\ufffd"),
        (b"\x1b(B\x0ex\x80", "\ufffdx\ufffd"),
        (b'\x1b$B"/', "\ufffd"),
    ],
)  # fmt: skip
def test_the_states_of_iso_2022_jp_are_kept(body: bytes, text: str) -> None:
    """https://encoding.spec.whatwg.org/#iso-2022-jp-decoder, its faults included."""
    assert decode(body, "iso-2022-jp") == text


@pytest.mark.parametrize("name", ["gbk", "big5", "euc-jp", "euc-kr", "iso-2022-jp"])
def test_a_body_of_nothing_but_faults_takes_no_time(name: str) -> None:
    """Many more faults than steps that are taken: noise, which is not worth a second."""
    began = time.process_time()
    text = decode((b"\xff!" if name != "iso-2022-jp" else b"\x1b$B\x1b(B") * MAX_STEPS * 2, name)

    assert "\ufffd" in text
    assert time.process_time() - began < 3


@given(st.binary(max_size=300), st.sampled_from([*INDEXES, "euc-jp", "iso-2022-jp", "shift_jis"]))
def test_any_bytes_can_be_read_in_any_encoding(body: bytes, name: str) -> None:
    """Decoding never fails, and what it gives can be written as UTF-8."""
    assert decode(body, name).encode().decode() == decode(body, name)


@pytest.mark.parametrize(
    ("name", "text", "units"),
    [
        ("windows-1251", "мa", [b"\xec", b"a"]),
        ("windows-1252", "м€", [0x43C, b"\x80"]),
        ("koi8-u", "Ў", [b"\xbe"]),
        ("gbk", "€粉\u1e40", [b"\x80", b"\xb7\xdb", 0x1E40]),
        ("gb18030", "€\u1e40\ue7c7\ue5e5\ue78d", [
            b"\xa2\xe3", b"\x815\xf48", b"\x815\xf47", 0xE5E5, b"\xa6\xd9"]),
        ("big5", "粉€十鿋", [b"\xaf\xbb", b"\xa3\xe1", b"\xa4\x51", 0x9FCB]),
        ("euc-jp", "粉①ｱ¥−丂", [b"\xca\xb4", b"\xad\xa1", b"\x8e\xb1", b"\\", b"\xa1\xdd", 0x4E02]),
        ("shift_jis", "粉①ｱ\x80纊\ue000", [
            b"\x95\xb2", b"\x87\x40", b"\xb1", b"\x80", b"\xfa\x5c", 0xE000]),
        ("euc-kr", "가", [b"\xb0\xa1"]),
        ("iso-2022-jp", "a粉¥\\ж\u2603ｱ", [
            b"a", b"\x1b$B", b"J4", b"\x1b(J", b"\\", b"\x1b(B", b"\\", b"\x1b$B", b"'X",
            b"\x1b(B", 0x2603, b"\x1b$B", b'%"', b"\x1b(B"]),
        ("utf-16le", "м", [b"\xd0\xbc"]),
        ("replacement", "м", [b"\xd0\xbc"]),
        ("x-user-defined", "\uf780м", [b"\x80", 0x43C]),
    ],
)  # fmt: skip
def test_an_encoder_writes_what_the_standard_says(
    name: str, text: str, units: list[bytes | int]
) -> None:
    """It is narrower than the decoder: rows that are for reading alone are not written."""
    assert list(encode(text, name)) == units


@pytest.mark.parametrize("name", [*INDEXES, "euc-jp", "shift_jis"])
def test_what_is_written_reads_the_same(name: str) -> None:
    """Each letter of a table that an encoder has comes back from its decoder."""
    letters = sorted({decode(each, table) for table in ("gbk", name) for each in _sequences(table)})
    singles = [letter for letter in letters if len(letter) == 1 and letter != "\ufffd"]
    written = zip(singles, encode("".join(singles), name), strict=True)
    known = {letter: unit for letter, unit in written if isinstance(unit, bytes)}

    assert len(known) > 80
    assert all(decode(unit, name) == letter for letter, unit in known.items())
