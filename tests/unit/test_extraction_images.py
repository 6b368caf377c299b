"""Attr ``image``: the picture that a visitor sees."""

from __future__ import annotations

from time import thread_time

import pytest

from schemas.plan import Collection, Field, Plan, Request
from workers.extraction.images import background
from workers.extraction.lazy import candidates, largest
from workers.extraction.page import extract_page

GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def pictures(html: str, selector: str = "img", *, parent: str = "body") -> list[object]:
    """Return the value of ``image`` in each block, relative to the page's address."""
    fields = (Field(name="I", selector=selector, attrs=("image",)), Field(name="B", selector="."))
    top = Collection(index=0, name="c", request=Request(), fields=fields, common_parent=parent)
    plan = Plan(name="p", format="json", collections=(top,))
    records = extract_page(html, "http://h.test/", top, plan).records
    return [_relative(record.get("I_image")) for record in records]


def _relative(value: object) -> object:
    if isinstance(value, list):
        return [_relative(one) for one in value]
    return value.removeprefix("http://h.test") if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("img", "url"),
    [
        ('src="/a.jpg"', "/a.jpg"),
        ('src=" a b.jpg "', "/a%20b.jpg"),
        ('src="/a.jpg" data-src="/b.jpg"', "/a.jpg"),
        (f'src="{GIF}" data-src="/b.jpg"', "/b.jpg"),
        (f'src="{GIF}"', GIF),
        ('src="" data-original="/b.jpg"', "/b.jpg"),
        ('src="about:blank" data-lazy-src="/b.jpg"', "/b.jpg"),
        ('src="//:0" data-lazy="/b.jpg"', "/b.jpg"),
        ('data-src="/b.jpg" data-original="/c.jpg"', "/b.jpg"),
        (f'data-src="{GIF}" data-original="/c.jpg"', "/c.jpg"),
        ('data-lazy="true" data-echo="c.png"', "/c.png"),
        ('data-image=\'{"id": "1.2"}\' data-ks-lazyload="//cdn.test/c"', "http://cdn.test/c"),
        ('DATA-SRC="/b.jpg"', "/b.jpg"),
        ('srcset="/s.jpg 300w, /l.jpg 900w, /m.jpg 600w" src="/a.jpg"', "/l.jpg"),
        ('srcset="/s.jpg, /l.jpg 1.5x" src="/a.jpg"', "/l.jpg"),
        ('srcset="/s.jpg 2x, /l.jpg 100w"', "/l.jpg"),
        ('srcset="/a.jpg 2x, /b.jpg 2x"', "/a.jpg"),
        (f'srcset="{GIF} 1w" data-srcset="/s.jpg 1x, /l.jpg 2x"', "/l.jpg"),
        ('srcset="/s.jpg 100w" data-srcset="/l.jpg 900w"', "/l.jpg"),
        ('data-lazy-srcset="/s.jpg 1x, /l.jpg 2x" src="/a.jpg"', "/l.jpg"),
        (f'srcset="{GIF}" src="/a.jpg"', "/a.jpg"),
        ("alt=none", None),
    ],
)
def test_an_image_is_the_picture_that_its_attributes_name(img: str, url: str | None) -> None:
    """The largest of its sets; else what a script loads in place of a placeholder; else src."""
    assert pictures(f"<p><img {img}></p>") == [url]


@pytest.mark.parametrize(
    ("picture", "url"),
    [
        ('<source srcset="/1.webp 400w, /2.webp 800w"><img src="/a.jpg">', "/2.webp"),
        ('<source srcset="/1.webp"><source srcset="/2.jpg 2x"><img src="/a.jpg">', "/2.jpg"),
        ('<source data-srcset="/1.webp"><img src="/a.jpg">', "/1.webp"),
        ('<source srcset="/1.webp"><img src="/a.jpg" srcset="/b.jpg 1x">', "/b.jpg"),
        (f'<source srcset="{GIF}"><img src="{GIF}" data-src="/b.jpg">', "/b.jpg"),
        ('<source media="print"><img src="/a.jpg">', "/a.jpg"),
    ],
)
@pytest.mark.parametrize("selector", ["img", "picture"])
def test_the_sources_of_a_picture_count(picture: str, url: str, selector: str) -> None:
    """The image's own set goes before them."""
    assert pictures(f"<picture>{picture}</picture>", selector) == [url]


def test_a_source_itself_has_the_largest_of_its_set() -> None:
    """It may be selected like any element."""
    html = "<picture><source srcset='/1.webp 1x, /2.webp 2x'><img src=/a.jpg></picture>"

    assert pictures(html, "source") == ["/2.webp"]


def test_a_file_that_stands_for_different_pictures_is_a_placeholder() -> None:
    """In src or in a set; one that stands for itself each time is none."""
    html = """
    <p><img src=/ph.gif data-src=/0.jpg><p><img src=/ph.gif data-src=/1.jpg>
    <p><img srcset="/dot.gif 1x" data-srcset="/2.jpg 1x"><p><img srcset=/dot.gif data-src=/3.jpg>
    <p><img src=/logo.png data-src=/big.png><p><img src=/logo.png data-src=/big.png>
    <p><img src=/star.png><p><img src=/star.png>
    <p><img src=/ph.gif>"""

    assert pictures(html, parent="p") == [
        "/0.jpg", "/1.jpg", "/2.jpg", "/3.jpg", "/logo.png", "/logo.png", "/star.png", "/star.png",
        "/ph.gif",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("element", "url"),
    [
        ("<a><b><img src=/1.jpg></b><img src=/2.jpg></a>", "/1.jpg"),
        (f"<a><img src={GIF} data-src=/1.jpg></a>", "/1.jpg"),
        (f"<a><img src={GIF}><noscript><img src=/1.jpg></noscript></a>", "/1.jpg"),
        (f"<a style='background:url(/b.jpg)'><img src={GIF}></a>", "/b.jpg"),
        (f"<a><img src={GIF}></a>", GIF),
        ("<a style='background: red url(b.jpg) no-repeat'>x</a>", "/b.jpg"),
        ("<a style=\"color:red; BACKGROUND-IMAGE : URL( '/b c.jpg' )\">x</a>", "/b%20c.jpg"),
        ("<a data-bg=/b.jpg>x</a>", "/b.jpg"),
        ("<a data-background-image='url(/b.jpg)'>x</a>", "/b.jpg"),
        ("<a style='background:red'><i style='background:url(/i.jpg)'></i></a>", None),
        ("<a><amp-img src=/1.jpg></amp-img></a>", "/1.jpg"),
        ("<a>x</a>", None),
    ],
)
def test_another_element_has_its_first_image_or_its_background(
    element: str, url: str | None
) -> None:
    """A placeholder alone is the last resort."""
    assert pictures(element, "a") == [url]


def test_filters_see_the_url_before_it_is_absolute() -> None:
    """As of href and src; and the key is spelt as the payload has it."""
    from schemas.plan import Filter  # noqa: PLC0415 - the only test that filters

    fields = (
        Field(
            name="I",
            selector="img",
            attrs=("Image",),
            filters=(Filter(name="regex", param="^[^?]+"),),
        ),
    )
    top = Collection(index=0, name="c", request=Request(), fields=fields, common_parent="body")
    plan = Plan(name="p", format="json", collections=(top,))

    assert extract_page("<img src=a.jpg?w=1>", "http://h.test/", top, plan).records == (
        {"I_Image": "http://h.test/a.jpg"},
    )


@pytest.mark.parametrize(
    "descriptors",
    [
        "1w 2x", "2x 1w", "1w 1w", "1x 2x", "0w", "1.5w", "-1w", "+1w", "-1x", "1X", "1W", "big",
        "x", "1", "1h", "1h 2x", "1w 0h", "1e999x", "1w (x)", "1x 1q", "1,5x 1x 1x", "1\u00a0w",
    ],
)  # fmt: skip
def test_a_candidate_whose_descriptors_are_none_is_left_out(descriptors: str) -> None:
    """As a browser does; the others of its set stay, and without any the source is shown."""
    assert [url for _, url in candidates(f"/bad {descriptors}, /good 1x")][-1:] == ["/good"]
    assert "/bad" not in [url for _, url in candidates(f"/bad {descriptors}, /good 1x")]
    assert pictures(f'<p><img srcset="/bad 1w 2x" src="/{len(descriptors)}">') == [
        f"/{len(descriptors)}"
    ]


@pytest.mark.parametrize("descriptors", ["", "1w", "9w 4h", "4h 9w", "0x", ".5x", "1e1x", "-0x"])
def test_a_candidate_may_say_a_width_with_a_height_or_a_density(descriptors: str) -> None:
    """Or nothing, which is a density of one."""
    assert [url for _, url in candidates(f"/good {descriptors}")] == ["/good"]


@pytest.mark.parametrize(
    ("style", "url"),
    [
        ("background:url(a.png); background-image:none", None),
        ("background:url(a.png); background:red", None),
        ("background:url(a.png); background-color:red", "a.png"),
        ("background-image:linear-gradient(red, blue)", None),
        ("background:url(a.png); background-image:linear-gradient(red, blue)", None),
        ("background-image:none; background-image:url(a.png)", "a.png"),
        ("background:linear-gradient(red, blue), url(a.png)", "a.png"),
        ("background-image:url(a.png) !important; background-image:none", "a.png"),
        ("background-image:none ! important; background-image:url(a.png)", None),
        ("background:url(a.png); background-image:", "a.png"),
        ("background:url(a.png); background-image:bogus", "a.png"),
        ("background:url(a.png); background-image:url(b c.png)", "a.png"),
        ("background:url(a.png); background:", "a.png"),
        ("background:url(a.png); background-image:image-set('b.png' 1x)", None),
    ],
)
def test_the_declaration_that_counts_says_what_the_background_is(
    style: str, url: str | None
) -> None:
    """The last that a browser heeds, an important one first; a gradient is no picture."""
    assert background(style) == url


@pytest.mark.parametrize(
    ("attributes", "url"),
    [
        ("data-bg='none'", None),
        ("data-bg='linear-gradient(rgba(0,0,0,.5),#fff)'", None),
        ("data-bg='linear-gradient(red, blue), url(/b.png)'", "/b.png"),
        ("data-bg='linear-gradient(rgba(0,0,0,.5),#fff)' data-background=/c.png", "/c.png"),
    ],
)
def test_a_gradient_that_a_script_paints_is_no_picture(attributes: str, url: str | None) -> None:
    """A lazy background is a URL, or a value of CSS."""
    assert pictures(f"<a {attributes}>x</a>", "a") == [url]


@pytest.mark.parametrize(
    ("srcset", "found"),
    [
        ("a.jpg", [((False, 1), "a.jpg")]),
        (" a.jpg 1x ,b.jpg 2x", [((False, 1), "a.jpg"), ((False, 2), "b.jpg")]),
        ("a.jpg,b.jpg 2x", [((False, 2), "a.jpg,b.jpg")]),
        ("a.jpg, b.jpg 2x", [((False, 1), "a.jpg"), ((False, 2), "b.jpg")]),
        ("/w_1,h_2/a.jpg 1w, /b.jpg 2w 3h", [((True, 1), "/w_1,h_2/a.jpg"), ((True, 2), "/b.jpg")]),
        ("a.jpg 1q(x, y), b.jpg", [((False, 1), "b.jpg")]),
        ("data:image/png;base64,AA== 1x, b 2x",
         [((False, 1), "data:image/png;base64,AA=="), ((False, 2), "b")]),
        (" , ,", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_set_is_parsed_as_the_standard_does(srcset: str, found: list[object]) -> None:
    """HTML standard, section 4.8.4.2.2: commas belong to URLs, unless a blank follows them."""
    assert list(candidates(srcset)) == found


@pytest.mark.parametrize(
    ("style", "url"),
    [
        ("background:url(a.jpg)", "a.jpg"),
        ("background:url(a.jpg);background-image:url(b.jpg)", "b.jpg"),
        ('background-image:url("a;b(1).jpg")', "a;b(1).jpg"),
        (r"background-image:url(a\28 1\29.jpg)", "a(1).jpg"),
        (r"background:url('a\'b.jpg')", "a'b.jpg"),
        ("background-image:linear-gradient(red,blue),url(a.jpg)", "a.jpg"),
        (f"background:url({GIF});color:red", GIF),
        ("content:'background:url(a.jpg)'", None),
        ("--x:url(a.jpg);border-image:url(b.jpg)", None),
        ("background:url(", None),
        ("background:none", None),
        ("", None),
    ],
)
def test_a_background_is_read_from_a_style(style: str, url: str | None) -> None:
    """Quotes, escapes, other layers and other properties; the last declaration counts."""
    assert background(style) == url


@pytest.mark.parametrize(
    "text", ["a," * 100_000, "a (" * 100_000, "," * 300_000, " 1x" * 100_000, "a,,,,b" * 50_000]
)
def test_a_set_of_any_length_is_parsed_in_linear_time(text: str) -> None:
    """What an attribute holds is the page's choice."""
    started = thread_time()
    largest([text], frozenset())

    assert thread_time() - started < 3


@pytest.mark.parametrize(
    "text",
    [
        "background:" * 10_000,
        "background:url(" * 10_000,
        "url('" * 10_000,
        "(" * 90_000,
        "\\" * 90_000,
    ],
)
def test_a_style_of_any_length_is_parsed_in_linear_time(text: str) -> None:
    """As above."""
    started = thread_time()
    background(f"{text}url(")

    assert thread_time() - started < 1
