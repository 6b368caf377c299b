from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pypdf
import pytest
from PIL import Image

from tests.site.dynamic.serve import DynamicSite
from workers import errors
from workers.fetchers.base import Exchange

Fetch = Callable[..., Exchange]
RED, YELLOW, LIME = (255, 0, 0), (255, 255, 0), (0, 255, 0)
BLUE, CYAN, WHITE = (0, 0, 255), (0, 255, 255), (255, 255, 255)
POINTS = 72  # of an inch


def image_of(exchange: Exchange) -> Image.Image:
    """Return the picture that must have come."""
    assert exchange.response is not None, exchange.error
    return Image.open(io.BytesIO(exchange.response.body)).convert("RGB")


def pdf_of(exchange: Exchange) -> pypdf.PdfReader:
    """Return the PDF that must have come."""
    assert exchange.response is not None, exchange.error
    assert exchange.response.header("content-type") == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(exchange.response.body))


def alike(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether the picture has nearly this colour there."""
    seen = image.getpixel(place)
    assert isinstance(seen, tuple)
    return all(abs(one - other) <= 6 for one, other in zip(seen, colour, strict=True))


def test_a_picture_is_of_a_rectangle_and_the_page_is_laid_out_to_fill_it(capture: Fetch) -> None:
    """800 by 600 from the corner; what stands at the right edge is at the picture's."""
    image = image_of(capture("screenshot"))

    assert image.size == (800, 600)
    assert [alike(image, *at) for at in (
        ((100, 50), RED), ((750, 50), YELLOW), ((50, 250), LIME), ((400, 500), WHITE),
    )] == [True] * 4  # fmt: skip


def test_a_picture_of_the_full_page_reaches_its_end(capture: Fetch) -> None:
    """3,000 pixels high, and as wide as the browser; offsets and sizes do not count."""
    image = image_of(capture("screenshot", fullPage=True, offsety=500, width=50, height=10))

    assert image.size == (1280, 3000)
    assert alike(image, (100, 50), RED)
    assert alike(image, (200, 2600), BLUE)
    assert alike(image, (5, 2995), CYAN)


def test_a_picture_of_an_element_is_that_element(capture: Fetch) -> None:
    """Wherever it stands; at twice the scale with twice the pixels, and no other colour in it."""
    image = image_of(capture("screenshot", clipSelector="#blue", scale=2))

    assert image.size == (600, 300)
    assert image.getcolors() == [(600 * 300, BLUE)]


def test_letters_are_drawn_anew_at_a_scale(capture: Fetch) -> None:
    """Not blown up: at three times the size their edges are still as sharp."""
    image = image_of(capture("screenshot", clipSelector="p", scale=3))
    grey = sum(count for count, colour in image.getcolors(1 << 20) or [] if 60 < colour[0] < 200)  # type: ignore[index,operator,misc]

    assert image.height == pytest.approx(69, abs=6)
    assert grey < image.width * image.height * 0.05


def test_a_jpeg_has_its_quality(capture: Fetch) -> None:
    """A rectangle far down, once coarse and once fine."""
    where = {"offsetx": 50, "offsety": 2450, "width": 400, "height": 300}
    coarse = capture("screenshot", format="jpeg", quality=5, **where)
    fine = capture("screenshot", format="jpg", quality=95, **where)
    image = image_of(fine)

    assert image.size == (400, 300)
    assert alike(image, (150, 120), BLUE)
    assert alike(image, (150, 20), WHITE)
    assert coarse.response is not None
    assert fine.response is not None
    assert coarse.response.header("content-type") == "image/jpeg"
    assert len(coarse.response.body) < len(fine.response.body)


def test_a_picture_is_taken_after_the_actions(capture: Fetch) -> None:
    """The overlay was clicked away."""
    clicked = image_of(
        capture("screenshot", "/consent.html", actions=[{"clickSelector": "#accept"}])
    )
    before = image_of(capture("screenshot", "/consent.html"))

    assert clicked.tobytes() != before.tobytes()


@pytest.mark.parametrize(
    ("members", "error", "word"),
    [
        ({"clipSelector": ".no", "timeout": 2}, errors.CaptureFailed, "did not show"),
        ({"clipSelector": "#end", "actions": [{"waitForSelector": ".no"}], "timeout": 2},
         errors.ActionFailed, ".no"),
    ],
)  # fmt: skip
def test_a_picture_that_cannot_be_taken_says_why(
    capture: Fetch, members: dict[str, Any], error: type[Exception], word: str
) -> None:
    """A page failure with the reason, within the page's time."""
    exchange = capture("screenshot", **members)

    assert isinstance(exchange.error, error)
    assert word in str(exchange.error)


def test_a_picture_that_would_be_huge_is_not_taken(capture: Fetch) -> None:
    """A page can be of any height."""
    body = quote("<div style='height:90000px'>x</div>")
    exchange = capture("screenshot", f"/html?body={body}", fullPage=True)

    assert isinstance(exchange.error, errors.CaptureFailed)
    assert "pixels" in exchange.error.message


def test_a_pdf_has_paper_margins_and_text(capture: Fetch) -> None:
    """A5 across; the words stand a margin from the left edge."""
    reader = pdf_of(capture("pdf", paperSize="A5", landscape=True, marginLeft=2))
    box = reader.pages[0].mediabox
    starts: list[float] = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, *_: (
            starts.append(cm[4] + tm[4] * cm[0]) if "Words" in text else None
        )
    )

    assert float(box.width) == pytest.approx(210 / 25.4 * POINTS, abs=1)
    assert float(box.height) == pytest.approx(148 / 25.4 * POINTS, abs=1)
    assert "Words to read: Grüße" in reader.pages[0].extract_text()
    assert starts[0] == pytest.approx(2 * POINTS, abs=2)


def test_a_pdf_holds_the_pages_that_were_asked_for(capture: Fetch) -> None:
    """Ranges choose, the scale makes more or fewer; a range beyond the end fails the page."""
    whole = len(pdf_of(capture("pdf")).pages)

    assert whole == 3
    assert len(pdf_of(capture("pdf", pageRanges="1, 3")).pages) == 2
    assert len(pdf_of(capture("pdf", scale=0.5)).pages) < whole
    assert len(pdf_of(capture("pdf", scale=4)).pages) > len(pdf_of(capture("pdf", scale=2)).pages)
    assert isinstance(capture("pdf", pageRanges="90").error, errors.CaptureFailed)


def test_a_pdf_has_a_header_and_a_footer(capture: Fetch) -> None:
    """The browser's own with title and numbers, or those of the payload and nothing else."""
    own = pdf_of(capture("pdf", printHeaderFooter=True)).pages[0].extract_text()
    made = capture("pdf", headerTemplate="<b style='font-size:9px'>No <i class=pageNumber></i>")
    pages = [page.extract_text() for page in pdf_of(made).pages]

    assert "Looks" in own
    assert "1/3" in own
    assert ["No 2" in page for page in pages] == [False, True, False]
    assert not any("/3" in page or "Looks" in page for page in pages)


def test_a_background_is_printed_if_it_is_wanted(capture: Fetch) -> None:
    """Without the flag the coloured areas stay white; the image is printed in either case."""

    def fills(**members: Any) -> bytes:
        page = pdf_of(capture("pdf", **members)).pages[0]
        return page.get_contents().get_data()  # type: ignore[union-attr]

    assert b"1 0 0 rg" in fills(printBackground=True)
    assert b"1 0 0 rg" not in fills()
    assert len(pdf_of(capture("pdf")).pages[0].images) == 1


def test_images_come_where_they_are_asked_for(fetch: Fetch, dynamic_site: DynamicSite) -> None:
    """`images: true` of a payload's request; the browser without them is not disturbed."""
    fetch("/looks.html")
    without = list(dynamic_site.paths())
    fetch("/looks.html", images=True)

    assert without == ["/looks.html"]
    assert dynamic_site.paths()[1:] == ["/looks.html", "/image.png?color=00ff00"]
