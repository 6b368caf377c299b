from __future__ import annotations

from typing import Any

import pytest

from schemas.payload import is_payload, load_plan
from schemas.plan import Action, Content, Paper, Picture, Request
from tests.unit.schemas.samples import URL, faults
from workers.task_input import load_draft


def pdf(**members: Any) -> dict[str, Any]:
    return {"capture": "pdf", "url": URL} | members


def picture(**members: Any) -> dict[str, Any]:
    return {"capture": "screenshot", "url": URL} | members


def paper_of(**members: Any) -> Paper:
    capture = load_plan(pdf(**members)).capture
    assert isinstance(capture, Paper)
    return capture


def test_a_page_may_be_asked_for_as_it_is() -> None:
    """Its request stands flat beside it, and it needs neither name, fields nor format."""
    sent = {
        "capture": "content", "url": URL, "type": "chrome", "proxy": "country-any",
        "waitDelay": "0.5", "actions": [{"click": {"clickSelector": "a"}}],
    }  # fmt: skip
    plan = load_plan(sent)

    assert is_payload(sent)
    assert plan.capture == Content()
    assert plan.collections[0].request == Request(
        url=URL,
        fetcher="chrome",
        proxy="country-any",
        wait_delay=0.5,
        actions=(Action(kind="click", selector="a"),),
    )


def test_the_published_example_of_a_pdf_is_read() -> None:
    """Every member that the vendor documents, with its documented values."""
    plan = load_plan(
        pdf(
            proxy="country-at", paperSize="A4", landscape=False, printBackground=False,
            printHeaderFooter=True, scale=1, pageRanges="", marginTop=0.4, marginLeft=0.4,
            marginRight=0.4, marginBottom=0.4, waitDelay=0.5, actions=[],
        )
    )  # fmt: skip

    assert plan.capture == Paper(
        width=pytest.approx(8.268, abs=0.001),
        height=pytest.approx(11.693, abs=0.001),
        margins=(0.4, 0.4, 0.4, 0.4),
        running=True,
    )
    assert (plan.collections[0].request.fetcher, plan.collections[0].request.images) == (
        "chrome",
        True,
    )


def test_the_published_example_of_a_screenshot_is_read() -> None:
    """Every member that the vendor documents, with its documented values."""
    plan = load_plan(
        picture(
            proxy="country-au", width=1920, height=1080, offsetx=50, offsety=50, scale=1,
            format="jpeg", quality=90, waitDelay=0.5, actions=[], fullPage=False,
            clipSelector="", printBackground=False, ignoreHTTPStatusErrCodes=True,
        )
    )  # fmt: skip

    assert plan.capture == Picture(
        format="jpeg", quality=90, left=50, top=50, width=1920, height=1080
    )
    assert plan.collections[0].request.any_status


def test_paper_is_turned_and_margins_go_round() -> None:
    """Landscape is the paper held across; the margins are top, right, bottom, left."""
    paper = paper_of(
        paperSize="letter", landscape=True, marginTop=1, marginRight=2, marginBottom=3, marginLeft=4
    )

    assert (paper.width, paper.height) == (11.0, 8.5)
    assert paper.margins == (1, 2, 3, 4)


def test_a_template_brings_what_it_is_and_nothing_else() -> None:
    """One of the two without the other leaves that empty; a flag alone is the browser's own."""
    assert paper_of(printHeaderFooter=True).header is None
    assert paper_of().running is False
    assert paper_of(headerTemplate="<b>x</b>") == paper_of(
        headerTemplate="<b>x</b>", footerTemplate="", printHeaderFooter=True
    )


CASES = [
    (pdf(paperSze="A4"), "/paperSze", "did you mean `paperSize`?"),
    (pdf(paperSize="A11"), "/paperSize", "`a4`"),
    (pdf(landscape="yes"), "/landscape", "true or false"),
    (pdf(scale=0), "/scale", "0.1 to 5"),
    (pdf(marginTop=-1), "/marginTop", "give inches, 0 to 50"),
    (pdf(marginLeft="wide"), "/marginLeft", "number of inches"),
    (pdf(marginLeft=5, marginRight=4), "/marginLeft", "leave nothing"),
    (pdf(marginTop=6, marginBottom=6), "/marginTop", "leave nothing"),
    (pdf(pageRanges="1-2,x"), "/pageRanges", "`x` is no range"),
    (pdf(pageRanges="3-1"), "/pageRanges", "no range"),
    (pdf(pageRanges="0"), "/pageRanges", "no range"),
    (pdf(type="base"), "/type", "use `chrome`"),
    (pdf(fullPage=True), "/fullPage", "not known here"),
    (pdf(url="file:///etc/passwd"), "/url", "http"),
    ({"capture": "pdf"}, "/url", "give its URL"),
    (picture(format="gif"), "/format", "`jpeg`"),
    (picture(quality=101), "/quality", "0 to 100"),
    (picture(width=0), "/width", "1 to 10000"),
    (picture(width=10_000, height=10_000), "/width", "pixels"),
    (picture(offsetx=-1), "/offsetx", "0 to"),
    (picture(scale=4), "/scale", "0.1 to 3"),
    (picture(fullPage=True, clipSelector="a"), "/clipSelector", "one of them"),
    (picture(clipselector="a"), "/clipselector", "did you mean `clipSelector`?"),
    (picture(capture="pfd"), "/capture", "Did you mean `pdf`?"),
    (picture(capture=None), "/capture", "null"),
]


@pytest.mark.parametrize(("sent", "pointer", "word"), CASES, ids=range(len(CASES)))
def test_a_fault_of_a_capture_is_named_at_its_place(sent: object, pointer: str, word: str) -> None:
    """One thing is wrong, and one fault says where and what, as a sentence."""
    found = faults(sent)

    assert [(place, word in detail) for place, detail in found] == [(pointer, True)]


def test_a_selector_that_no_browser_can_find_is_refused() -> None:
    """Before anything is fetched, as selectors of fields are."""
    with pytest.raises(Exception, match="engines can't run") as caught:
        load_draft(picture(clipSelector="#a["), countries=None)

    assert [fault.pointer for fault in caught.value.faults] == ["/clipSelector"]  # type: ignore[attr-defined]


def test_a_proxy_that_is_not_there_is_refused() -> None:
    """As of any payload."""
    found = faults(pdf(proxy="country-at"), countries=frozenset({"us"}))

    assert [pointer for pointer, _ in found] == ["/proxy"]
