from __future__ import annotations

import math

import orjson
import pytest

from tests.builders.structured import records_of, script, values_of
from workers.extraction.structured.scripts import LONGEST, read_json


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ("[1, 2, , ]".replace(", ,", ","), [1, 2]),
        ('// one\n{"a": /* two */ "x // y /* z */", }// three', {"a": "x // y /* z */"}),
        ('/*<![CDATA[*/{"a": 1}/*]]>*/', {"a": 1}),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ('//<![CDATA[{"a": 1}//]]>', {"a": 1}),
        ('<![CDATA[ {"a": "]]> <!--"} ]]>', {"a": "]]> <!--"}),
        ('<!--\n{"a": 1}\n-->', {"a": 1}),
        ('<!--//--><![CDATA[//><!--\n{"a": 1}\n//--><!]]>', {"a": 1}),
        ('<!-- as of 2026 -->\n{"a": "<!-- b -->"}', {"a": "<!-- b -->"}),
        ('{"a": "one\ntwo\tthree\x01"}', {"a": "one\ntwo\tthree"}),
        ('{"a":\x00 1}\x1f', {"a": 1}),
        (r'{"a": "it\'s \x \\ \u0041"}', {"a": "it's x \\ A"}),
        (r'{"a": "\ud83d\ude00 \ud83d"}', {"a": "😀 \ufffd"}),
        ('{"a": NaN, "b": -Infinity, "c": undefined}', {"a": None, "b": None, "c": None}),
        ('{"a": "NaN", "b": [1,]}', {"a": "NaN", "b": [1]}),
        ('\ufeff{"a": 1};', {"a": 1}),
        ("{&quot;a&quot;: &quot;b &amp; c&quot;}", {"a": "b & c"}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('{"a": "open', None),
        ("", None),
        ("just words", None),
    ],
)
def test_json_is_read_as_pages_write_it(written: str, value: object) -> None:
    """Comments, marks, trailing commas, control characters and bad escapes lose nothing."""
    assert read_json(written) == value


@pytest.mark.parametrize(
    "unit", ['"', "\\", '\\"', "/", "/*", "//", ",", ", ", "[", "{", "<!--", "]]>", "\\ud83d", "-"]
)
def test_mending_takes_time_in_line_with_the_length(unit: str) -> None:
    """Any mark, as often as you like, is read through once: quadratic time would be minutes."""
    many = unit * (LONGEST // 4 // len(unit))
    for script_ in (many, f'{{"a":{many}'):
        assert read_json(script_) is None


def test_a_script_longer_than_a_mebibyte_is_passed_over() -> None:
    """Its page is read all the same."""
    long = script({"@type": "A", "b": "x" * LONGEST}) + script({"@type": "A", "b": "y"})

    assert values_of(long, "jsonld:A.b") == ["y"]


def test_one_broken_script_loses_no_other() -> None:
    """Each script is read for itself."""
    html = script("{oops") + script({"@type": "A", "b": "y"}) + script("null") + script("7")

    assert values_of(html, "jsonld:A.b") == ["y"]


def test_items_deeper_than_32_levels_are_not_looked_for() -> None:
    """Deeper than the parser goes is no JSON; deeper than the writer goes has no text."""
    deep: dict[str, object] = {"@type": "A", "b": "deep"}
    for _ in range(40):
        deep = {"c": deep}
    deepest = "[" * 100_000 + "]" * 100_000
    stack = '{"@type": "A", "b": ' + "[" * 300 + "{}" + "]" * 300 + "}"

    assert values_of(script(deep), "jsonld:A.b") == []
    assert values_of(script(deepest), "jsonld:A.b") == []
    assert values_of(script(stack), "jsonld:A") == []
    assert values_of(script(stack), "jsonld:A.b") == ["{}"]


def test_a_query_takes_200_items() -> None:
    """What is more is left out; records are bounded alike."""
    html = script([{"@type": "A", "b": str(n)} for n in range(1_000)])

    assert values_of(html, "jsonld:A.b") == [[str(n) for n in range(200)]]
    assert len(records_of(html, "jsonld:A.b", parent="jsonld:A")) == 200


def test_references_in_circles_end() -> None:
    """A path is as long as it is written, whatever the items say of each other."""
    html = script([{"@type": "A", "@id": "#a", "b": [{"@id": "#a"}] * 3, "n": "x"}])

    assert values_of(html, "jsonld:A.b.b.n") == [["x"] * 9]


def test_values_are_texts_that_every_writer_can_write() -> None:
    """Null is nothing, numbers are as JSON has them, NUL and half characters are replaced."""
    content = {"@type": "A", "b": [None, True, 1.0, 10**15, "\0", math.pi], "c": None}
    html = script(orjson.dumps(content).decode())

    values = values_of(html, "jsonld:A.b")

    assert values == [["true", "1.0", "1000000000000000", "\ufffd", "3.141592653589793"]]
    assert values_of(html, "jsonld:A.c") == []


@pytest.mark.parametrize("name", ["name", "@type", "@id", "@graph", "@list", "@value"])
@pytest.mark.parametrize("value", [[], {}, [[]], [{}], {"@value": {}}, {"@list": {}}, 1, ""])
def test_any_shape_is_passed_over(name: str, value: object) -> None:
    """Types, ids and wrappers may be anything at all."""
    html = script([{"@type": "A", name: value, "z": {name: value}}])

    for selector in ("jsonld:A.name", "jsonld:*.z", "jsonld:A.z.@id", "jsonld:A", "jsonld:*.@type"):
        records_of(html, selector, "page:url")
