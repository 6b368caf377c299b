import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.problem import Invalid
from schemas.strict_json import loads

MEGABYTE = 1 << 20


def faults(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        loads(data)
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": [1, 2.5, null, true, "\\u00e9"]}', {"a": [1, 2.5, None, True, "é"]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b" \r\n\t7 ", 7),
        ('"\U0001f600 日本"'.encode(), "\U0001f600 日本"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"[9223372036854775807, -9223372036854775808]", [2**63 - 1, -(2**63)]),
        (b'{"": {"": 1}}', {"": {"": 1}}),
        (b'"[[[[{{{{ \\" [["', '[[[[{{{{ " [['),
    ],
)
def test_json_text_becomes_its_value(data: bytes, value: object) -> None:
    """What any reader reads alike is read, with or without a byte order mark."""
    assert loads(data) == value


@pytest.mark.parametrize(
    ("data", "pointer", "word"),
    [
        (b"", "", "empty"),
        (b" \n", "", "empty"),
        (b"\xef\xbb\xbf", "", "empty"),
        (b"[1] x", "", "Extra data"),
        (b"{'a': 1}", "", "line 1, column 2"),
        (b'{"a": 1,}', "", "not JSON"),
        (b'"\x01"', "", "control character"),
        (b'"abc', "", "Unterminated string at line 1"),
        (b'{"a": "\xff"}', "", "Byte 7 is not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "", "UTF-8"),
        (b'"\xed\xa0\x80"', "", "UTF-8"),
        (b'{"a": 1, "a": 1}', "", "`a` comes twice"),
        (b'[{"x/y": {"b~": 1, "c": 2, "b~": 1}}]', "/0/x~1y", "`b~` comes twice"),
        (b'{"a": NaN}', "/a", "NaN"),
        (b"[1, Infinity]", "/1", "Infinity"),
        (b"[1, -Infinity]", "/1", "-Infinity"),
        (b'{"n": 1e400}', "/n", "range of a double"),
        (b'{"n": 9223372036854775808}', "/n", "64 bits"),
        (b'{"n": -' + b"9" * 5000 + b"}", "/n", "64 bits"),
        (b'{"a": ["\\ud800"]}', "/a/0", "U+D800"),
        (b'{"a": "x\\udfffy"}', "/a", "U+DFFF"),
        (b'{"a": "\\u0000"}', "/a", "NUL"),
        (b'{"a": {"\\u0000": 1}}', "/a", "NUL"),
        (b"[" * 33 + b"]" * 33, "", "32 levels"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "", "32 levels"),
    ],
)
def test_text_that_can_be_read_in_two_ways_is_refused(data: bytes, pointer: str, word: str) -> None:
    """The fault names the place as a JSON pointer and says what is wrong."""
    found = faults(data)

    assert found[0][0] == pointer
    assert word in found[0][1]


def test_every_fault_is_named_at_once() -> None:
    """One answer is enough to mend the whole text, in its order."""
    found = faults(b'{"a": NaN, "b": [1e999, "\\u0000"], "c": {"d": 1, "d": 2}}')

    assert [pointer for pointer, _ in found] == ["/a", "/b/0", "/b/1", "/c"]


def test_thirty_two_levels_are_taken() -> None:
    """The bound itself is inside."""
    assert loads(b"[" * 32 + b"]" * 32) is not None


def test_a_lower_bound_of_nesting_can_be_asked_for() -> None:
    """``max_depth`` counts arrays and objects alike, and brackets in strings not at all."""
    assert loads(b'{"a": ["]]]["]}', max_depth=2) == {"a": ["]]]["]}
    with pytest.raises(Invalid):
        loads(b'{"a": [[]]}', max_depth=2)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * MEGABYTE,
        b'{"a":' * (MEGABYTE // 5),
        b'"' + b'\\"' * (MEGABYTE // 2),
        b'\\"' * (MEGABYTE // 2),
        b'"' * MEGABYTE,
        b"[" + b"NaN," * (MEGABYTE // 4) + b"1]",
        b"{" + b'"a":1,' * (MEGABYTE // 6) + b'"a":1}',
        b'{"' + b"k" * (MEGABYTE // 2) + b'":[' + b"NaN," * (MEGABYTE // 8) + b"1]}",
        b"9" * MEGABYTE,
        b"1." + b"9" * MEGABYTE + b"e999",
    ],
    ids=range(10),
)
def test_a_hostile_megabyte_is_refused_in_linear_time(data: bytes) -> None:
    """No text of that size blows the stack or holds the process up."""
    began = time.process_time()
    found = faults(data)

    assert found
    assert len(found) <= 100
    assert sum(len(pointer) + len(detail) for pointer, detail in found) < 100_000
    assert time.process_time() - began < 3


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but ``Invalid`` comes out, and every fault has a sentence."""
    try:
        loads(data)
    except Invalid as error:
        faults = error.faults
    else:
        return

    assert faults
    assert all(fault.detail for fault in faults)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(JSON)
def test_what_json_writes_is_read_back_unless_it_holds_no_text(value: object) -> None:
    """Strictness costs no valid document: only NUL and lone surrogates are kept out."""
    text = json.dumps(value)
    unfit = "\\u0000" in text or "\\ud" in text
    try:
        loaded = loads(text.encode())
    except Invalid:
        assert unfit
    else:
        assert loaded == value
