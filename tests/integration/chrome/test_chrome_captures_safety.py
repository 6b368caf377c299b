from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import quote

import pypdf
import pytest

from tests.integration.chrome.browsers import filled
from tests.site.dynamic.serve import Canary, DynamicSite
from workers.fetchers.base import Exchange

Fetch = Callable[..., Exchange]

TEMPLATES = {
    "image": "<img src='{http}' width=9 height=9>",
    "frame": "<iframe src='{http}'></iframe>",
    "object": "<object data='{http}'></object><embed src='{http}'>",
    "background": "<b style='background:url({http})'>x</b>",
    "script": "<script>fetch('{http}')</script><img src=x onerror=\"fetch('{http}')\">",
    "stylesheet": "<link rel=stylesheet href='{http}'>",
    "import": "<style>@import url({http});</style>",
    "refresh": "<meta http-equiv=refresh content='0; url={http}'>",
}
"""What a header may try to load."""


@pytest.mark.parametrize("way", TEMPLATES)
def test_a_template_loads_nothing(
    capture: Fetch, canary: Canary, dynamic_site: DynamicSite, way: str
) -> None:
    """Neither what the guard forbids nor what it allows: a header is text, and data: images."""
    capture("pdf", headerTemplate=filled(TEMPLATES[way], canary))
    capture("pdf", footerTemplate=TEMPLATES[way].format(http=f"{dynamic_site.url}/from-footer"))

    assert canary.sung == []
    assert "/from-footer" not in dynamic_site.paths()


@pytest.mark.parametrize("kind", ["pdf", "screenshot"])
def test_a_captured_page_shows_no_file_and_reaches_nobody(
    capture: Fetch, canary: Canary, kind: str
) -> None:
    """With images and fonts on a page has more ways out, and the same egress proxy before them."""
    style = "@font-face {{ font-family: f; src: url({http}) }} p {{ font-family: f }}"
    body = filled(
        f"<style>{style}</style><p>here</p><img src='{{http}}'>"
        "<video src='{http}' poster='{http}'></video>"
        "<iframe src='file:///etc/passwd' width=900 height=400></iframe>"
        "<img src='file:///etc/hostname'><object data='file:///etc/passwd'></object>",
        canary,
    )
    exchange = capture(kind, f"/html?body={quote(body)}")

    assert exchange.response is not None
    assert canary.sung == []
    if kind == "pdf":
        reader = pypdf.PdfReader(io.BytesIO(exchange.response.body))
        assert "root:" not in reader.pages[0].extract_text()
