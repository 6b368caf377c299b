from __future__ import annotations

from typing import Any

import pytest

from schemas.payload import load_plan
from schemas.slice import CapturedDocument
from tests.builders.judged import OPTIONS, page
from workers.crawl.context import SliceContext
from workers.crawl.documents import document_of
from workers.crawl.judge import judge
from workers.fetchers.base import Exchange, Response
from workers.storage.names import extension_of

URL = "http://site.test/list"


def response(body: bytes, kind: str | None = "text/html", status: int = 200) -> Response:
    headers = () if kind is None else (("content-type", kind),)
    return Response(url=URL, status=status, headers=headers, body=body, milliseconds=5)


def context(**members: Any) -> SliceContext:
    payload = {"capture": "content", "url": URL} | members
    return SliceContext(
        plan=load_plan(payload), options=OPTIONS, allows=lambda _: True, chrome_hosts=set()
    )


@pytest.mark.parametrize(
    ("given", "kind", "body", "extension"),
    [
        (response(b"<p>Gr\xfc\xdfe", "text/html; charset=iso-8859-1"),
         "text/html; charset=utf-8", "<p>Grüße".encode(), "html"),
        (response(b'<meta charset="koi8-r">\xd1'),
         "text/html; charset=utf-8", '<meta charset="koi8-r">я'.encode(), "html"),
        (response(b'{"a": "\xc3\xbc"}', "application/ld+json"),
         "application/ld+json; charset=utf-8", '{"a": "ü"}'.encode(), "json"),
        (response(b"<a/>", "application/atom+xml"),
         "application/atom+xml; charset=utf-8", b"<a/>", "xml"),
        (response(b"%PDF\xff", "application/pdf"), "application/pdf", b"%PDF\xff", "pdf"),
        (response(b"\x89PNG\xff", "IMAGE/PNG"), "image/png", b"\x89PNG\xff", "png"),
        (response(b"\x00\xff", None), "application/octet-stream", b"\x00\xff", "bin"),
        (response(b" <p>x", None), "text/html; charset=utf-8", b" <p>x", "html"),
        (response(b"?", "x/y"), "x/y", b"?", "bin"),
    ],
)  # fmt: skip
def test_a_document_is_text_in_utf_8_or_the_very_bytes(
    given: Response, kind: str, body: bytes, extension: str
) -> None:
    """Whatever charset a text came in; its file is named for what it is."""
    document = document_of(given)

    assert document == CapturedDocument(content_type=kind, body=body)
    assert extension_of(document.content_type) == extension


def test_a_page_asked_for_as_it_is_has_no_records_and_leads_nowhere() -> None:
    """Its outcome is the document; an empty one needs no browser to look again."""
    outcome = judge(page(), Exchange(key=7, response=response(b"<a href=x>")), context())
    empty = judge(page(), Exchange(key=7, response=response(b"")), context())

    assert (outcome.step, outcome.verdict, outcome.size) == ("done", "ok", 10)
    assert (outcome.records, outcome.details, outcome.candidates) == (None, (), ())
    assert outcome.document is not None
    assert (empty.step, empty.verdict) == ("done", "empty")


@pytest.mark.parametrize(
    ("members", "kind", "body", "extension"),
    [
        ({"as": "text"}, "text/plain", "menu\n\nGrüße\nan alle", "txt"),
        ({"as": "Markdown"}, "text/markdown", "[Grüße](http://site.test/g)  \nan alle", "md"),
        (
            {"as": "markdown", "whole": True},
            "text/markdown",
            "menu\n\n[Grüße](http://site.test/g)  \nan alle",
            "md",
        ),
    ],
)
def test_a_page_is_given_as_a_reader_sees_it(
    members: dict[str, Any], kind: str, body: str, extension: str
) -> None:
    """As text, or its main content as Markdown, in UTF-8 and named for what it is."""
    page_ = "<nav>menu</nav><main><p><a href=/g>Gr\xfc\xdfe</a><br>an alle</main>".encode("latin-1")
    given = response(page_, "text/html; charset=iso-8859-1")

    document = judge(page(), Exchange(key=7, response=given), context(**members)).document

    assert document == CapturedDocument(content_type=f"{kind}; charset=utf-8", body=body.encode())
    assert extension_of(document.content_type) == extension


def test_only_a_page_can_be_read() -> None:
    """Text of another kind is given as it is; a file is none."""
    asked = context(**{"as": "markdown"})
    data = Exchange(key=7, response=response(b'{"a_b": 1}', "application/json"))
    file = Exchange(key=7, response=response(b"%PDF-1.7\xff\x00", "application/pdf"))

    document = judge(page(), data, asked).document

    assert document == CapturedDocument(
        content_type="application/json; charset=utf-8", body=b'{"a_b": 1}'
    )
    assert (judge(page(), file, asked).verdict) == "failed"


def test_an_error_page_is_a_document_only_if_that_is_wanted() -> None:
    """`ignoreHTTPStatusErrCodes`: the page that says so is the page."""
    gone = Exchange(key=7, response=response(b"gone", status=404))

    assert judge(page(), gone, context()).verdict == "failed"
    assert judge(page(), gone, context()).document is None
    assert judge(page(), gone, context(ignoreHTTPStatusErrCodes=True)).verdict == "ok"
