from __future__ import annotations

import time
from typing import Any

import pytest

from schemas.payload import load_plan
from workers.errors import ExtractError
from workers.extraction.cage import DIRECT_BYTES, timed_extract
from workers.extraction.decode import source_of
from workers.extraction.page import PageContent
from workers.extraction.xml_text import mended

URL = "http://h.test/feeds/all"


def read(body: str, *fields: dict[str, Any], parent: str = "item", **members: Any) -> PageContent:
    """Return what a payload takes from ``body``, sent as XML."""
    payload = {"name": "x", "request": {"url": URL}, "fields": list(fields), "format": "json"}
    plan = load_plan(payload | {"commonParent": parent} | members)
    source = source_of(body.encode(), "application/xml", URL)
    return timed_extract(source, plan.collections[0], plan, seconds=20)


def field(selector: str, *attrs: str, name: str = "F", **members: Any) -> dict[str, Any]:
    return {"name": name, "selector": selector, "attrs": list(attrs or ["text"]), **members}


def values(body: str, selector: str, attr: str = "text", **members: Any) -> list[Any]:
    """Return the only value of each record."""
    return [
        next(iter(record.values()))
        for record in read(body, field(selector, attr), **members).records
    ]


def test_elements_that_html_treats_by_itself_are_as_they_stand() -> None:
    """Their names are selectors, and their content is text."""
    names = ("link", "title", "image", "table", "tr", "option", "script", "style", "body",
             "template", "head", "frame", "base", "br", "p", "svg")  # fmt: skip
    inside = "".join(f"<{name}>{name} <x>&lt;1&gt;</x></{name}>" for name in names)

    for name in names:
        assert values(f"<list><item>{inside}</item></list>", name) == [f"{name} <1>"], name


def test_cdata_and_references_are_text() -> None:
    """Markup that is quoted stays quoted; HTML's names need no declaration, others give nothing."""
    body = "<l><item><d>a<![CDATA[<b>&amp;</b>]]>c &eacute;&#233;&nbsp;&unknown;d</d></item></l>"

    assert values(body, "d") == ["a<b>&amp;</b>c éé\xa0d"]


def test_names_are_local_and_any_case() -> None:
    """A namespace or its prefix does not matter, nor does one of an attribute."""
    body = """<f xmlns="urn:a" xmlns:m="urn:m" xmlns:dc="urn:dc"><item><pubDate>1</pubDate>
        <m:content url="u" m:Width="5"/><dc:creator>Ann</dc:creator></item></f>"""
    (record,) = read(
        body,
        field("content[url=u]", "url", "width", name="A"),
        field("creator", name="B"),
        field("pubDate", name="C"),
        field("PUBDATE", name="D"),
    ).records

    assert record == {
        "A_url": "u", "A_width": "5", "B_text": "Ann", "C_text": "1", "D_text": "1",
    }  # fmt: skip


def test_selectors_mean_what_they_mean_on_a_page() -> None:
    """Combinators, places and attributes, over the whole of it and by block."""
    body = "<r><item n='1'><a>x</a><a>y</a></item><b/><item n='2'><a>z</a></item></r>"

    assert values(body, "r > item:not([n='1']) a:first-child") == ["z"]
    assert values(body, "a + a") == ["y"]
    assert values(body, ".", "n") == ["1", "2"]
    assert values(body, "item > a:last-child", parent="") == ["y", "z"]


def test_xpath_sees_the_document_in_its_own_spelling() -> None:
    """From its root, by local names, with comments left out."""
    body = "<r xmlns:d='urn:d'><!-- c --><item><pubDate>1</pubDate><d:id>7</d:id></item><item/></r>"

    assert values(body, "xpath:.//pubDate") == ["1"]
    assert values(body, "xpath:/r/item[1]/id/text()", parent="xpath:/r") == ["7"]
    assert values(body, "xpath:count(item)", parent="r") == ["2"]


def test_outer_html_is_the_elements_own_markup() -> None:
    """As XML, with the names that it has."""
    body = "<r><item><Big a='1'><![CDATA[<]]><link/></Big></item></r>"

    assert values(body, "big", "outerHtml") == ['<Big a="1">&lt;<link/></Big>']


def test_links_lead_on_from_the_documents_address_or_its_base() -> None:
    """Next pages and details; ``xml:base`` of the root counts, and no element called ``base``."""
    body = """<f xml:base="/other/"><base href="/no/"/><link rel="next" href="2?ж"/>
        <item><link href="e/1"/></item></f>"""
    content = read(
        body,
        field("link", "href", details={"name": "d", "fields": [field("t")]}),
        paginator={"nextPageSelector": "f > link[rel=next]", "pageNum": 2},
    )

    assert [record["F_href"] for record in content.records] == ["http://h.test/other/e/1"]
    assert content.next_urls == ("http://h.test/other/2?%D0%B6",)
    assert [link.url for link in content.links] == ["http://h.test/other/e/1"]
    assert values("<r><item><a href='x'/></item></r>", "a", "href") == ["http://h.test/feeds/x"]


def test_a_base_below_the_root_counts_for_what_is_in_it() -> None:
    """XML Base: each is relative to the one around it; values, details and next pages follow."""
    body = """<f xml:base="/a/"><item xml:base="b/"><link href="1"/></item>
        <item><x xml:base="http://o.test/c/"><link href="2"/></x></item>
        <item><link href="3"/></item>
        <item xml:base="/d/e"><y xml:base=""><link href="4"/><link href="5"/></y></item>
        <nav xml:base="pages/"><next href="6"/></nav></f>"""
    details = {"name": "d", "fields": [field("t")]}
    content = read(
        body,
        field("link", "href", details=details),
        paginator={"nextPageSelector": "next", "pageNum": 2},
    )
    urls = ["http://h.test/a/b/1", "http://o.test/c/2", "http://h.test/a/3",
            "http://h.test/d/4", "http://h.test/d/5"]  # fmt: skip

    assert [record["F_href"] for record in content.records] == [*urls[:3], urls[3:]]
    assert [link.url for link in content.links] == urls
    assert content.next_urls == ("http://h.test/a/pages/6",)


def test_filters_see_urls_before_the_base_of_their_element() -> None:
    """One that leaves each value where it was leaves its base, too."""
    body = """<f><item><a xml:base="/a/" href="1?x"/><a href="2?x"/><a/></item>
        <item xml:base="/b/"><a href="3?x"/></item></f>"""
    cut = {"name": "regex", "param": "^[^?]+"}

    assert values(body, "a", "href", parent="item")[0] == [
        "http://h.test/a/1?x", "http://h.test/feeds/2?x",
    ]  # fmt: skip
    filtered = read(body, field("a", "href", filters=[cut])).records
    assert [record["F_href"] for record in filtered] == [
        ["http://h.test/a/1", "http://h.test/feeds/2"],
        "http://h.test/b/3",
    ]


def test_no_entity_grows_without_bounds_and_no_file_is_read() -> None:
    """A bomb is a few bytes, and what a document says of files stays its own."""
    bomb = "<!DOCTYPE r [<!ENTITY a 'xxxxxxxxxx'>"
    for inner, name in zip("abcde", "bcdef", strict=True):
        bomb += f"<!ENTITY {name} '{f'&{inner};' * 100}'>"
    files = "<!ENTITY g SYSTEM 'file:///etc/passwd'><!ENTITY % h SYSTEM 'http://127.0.0.1:1/'>%h;"

    assert values(f"{bomb}]><r><item><t>1&f;2</t></item></r>", "t") in (["1"], ["12"])
    assert values(f"<!DOCTYPE r [{files}]><r><item><t>1&g;2</t></item></r>", "t") == ["12"]


@pytest.mark.parametrize("size", [10, DIRECT_BYTES])
def test_a_document_that_is_not_well_formed_gives_what_can_be_read(size: int) -> None:
    """Stray ampersands, bad characters and an end that never came, in a child or not."""
    body = f"\n <r><item><t>a & b\1</t></item><pad>{'x' * size}</pad><item><t>c</t>"

    assert values(body, "t") == ["a & b", "c"]


@pytest.mark.parametrize("body", ["", "no markup", "<", "<?xml version='1.0'?>"])
def test_xml_without_an_element_holds_nothing(body: str) -> None:
    """It is an empty page, and no fault."""
    assert values(body, "t", parent="t") == []


def test_nesting_ends_where_the_parser_says() -> None:
    """No stack is lost to depth."""
    body = "<item>" * 100_000

    try:
        assert len(values(body, ".", "n", parent="item")) < 10_000
    except ExtractError:
        pytest.fail("it is read as far as it goes")


def test_a_feed_is_decoded_by_its_declaration() -> None:
    """What stands in a description is no ``<meta>`` of the feed's."""
    text = "<?xml version='1.0' encoding='windows-1251'?><rss><d><![CDATA[<meta charset=koi8-r>]]>ж"
    source = source_of(text.encode("cp1251"), "text/html", URL)

    assert source.is_xml
    assert source.utf8.decode() == text


def test_a_prefix_that_nothing_binds_is_a_prefix() -> None:
    """Feeds made by hand forget to declare ``dc`` and ``media``: no reason to lose them."""
    body = """<rss><item><dc:date>2020</dc:date><media:content media:url="u" url="v"/>
        <:odd>3</:odd><odd:>4</odd:></item></rss>"""

    assert values(body, "date") == values(body, "xpath:date") == ["2020"]
    assert values(body, "content", "url") == values(body, "xpath:content/@url") == ["v"]
    assert values(body, "odd") == [["3", "4"]]
    assert values(body, "date", "outerHtml") == ["<dc:date>2020</dc:date>"]


def test_xpath_sees_attributes_by_local_names_too() -> None:
    """``rdf:about`` and ``xlink:href`` are ``@about`` and ``@href``."""
    body = """<r xmlns:rdf="urn:r" xmlns:x="urn:x"><item rdf:about="/1"><a x:href="/2"/>
        <b x:href="/3" href="/4"/></item></r>"""

    assert values(body, "xpath:@about") == ["/1"]
    assert values(body, "xpath:a/@href") == ["/2"]
    assert values(body, "xpath:b/@href") == ["/4"]


@pytest.mark.parametrize("selector", ["t", "xpath:string(t)"])
@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("AT&T & Sons", "AT&T & Sons"),
        ("http://h.test/?a=1&b=2&copy=3&#x;", "http://h.test/?a=1&b=2&copy=3&#x;"),
        ("caf&eacute;&nbsp;&LT;b&GT; &AMP;&amp;&#233;", "café\xa0<b> &&é"),
        ("&co; &eacute;", "Mill & Sons <b> own"),
        ("<![CDATA[a & b &nbsp; <!-- c & d -->]]><!-- e & f --><?g h & i?>",
         "a & b &nbsp; <!-- c & d -->"),
    ],
)  # fmt: skip
def test_an_ampersand_takes_nothing_with_it(selector: str, inside: str, text: str) -> None:
    """One that begins no reference is itself; names are the document's own, or HTML's."""
    own = "<!ENTITY co 'Mill &amp; Sons <![CDATA[<b>]]>'><!ENTITY eacute 'own'>"
    doctype = f"<!DOCTYPE r [{own}]>" if "&co;" in inside else ""

    assert values(f"{doctype}<r><item><t>{inside}</t></item></r>", selector) == [text]


def test_an_attribute_has_its_ampersands_and_entities() -> None:
    """A link's query, for one."""
    body = "<!DOCTYPE r [<!ENTITY h 'h.test'>]><r><item><a href='http://&h;/?a=1&b=2'/></item></r>"

    assert values(body, "a", "href") == ["http://h.test/?a=1&b=2"]


def test_inner_text_of_xml_is_all_of_its_text() -> None:
    """``title`` and ``link`` are hidden in HTML, and ``p`` is a block there; white space folds."""
    body = "<r><item>\n<title>a</title> <link>b</link><p>c</p><script>d</script></item></r>"

    assert values(body, ".", "innerText") == ["a bcd"]


def test_names_beyond_ascii_have_the_case_that_they_have() -> None:
    """Of elements and attributes; ASCII letters may be any."""
    body = "<r><item Цена='5' Id='6'><Имя>Мука</Имя></item></r>"

    assert values(body, "Имя") == ["Мука"]
    assert values(body, ".", "Цена") == ["5"]
    assert values(body, ".", "ID") == ["6"]


@pytest.mark.parametrize("unit", ["<![CDATA[", "<!--", "<?", "&", "&a", "<!DOCTYPE r [", "]", "&#"])
def test_what_is_never_closed_takes_no_time(unit: str) -> None:
    """Faults are looked for in one pass."""
    began = time.process_time()
    mended(b"&" + unit.encode() * 200_000)
    mended(b"<!DOCTYPE r [&" + unit.encode() * 200_000)

    assert time.process_time() - began < 2
