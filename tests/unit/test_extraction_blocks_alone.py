from __future__ import annotations

import pytest

from schemas.payload import load_plan
from workers.extraction.page import extract_page

URL = "http://site.test/"
CARD = "<div class=card><h2>A<b class=x>1</b></h2><p class=x>2</p><b class=card>3</b></div>"
PAGE = f"<body class=page><main>{CARD}</main><b class=x>outside</b></body>"
SELECTORS = [
    "b", ".x", "body .x", "main > .card > h2 > b", ".card", ".page .card .x", "h2 ~ p", "p, b",
    ":root b", ".card > :first-child", "b:not(.page p)", "h2:has(b)", "*",
]  # fmt: skip


def values(page: str, selector: str) -> object:
    plan = load_plan(
        {
            "name": "p",
            "format": "json",
            "request": {"url": URL},
            "commonParent": "div.card",
            "fields": [{"name": "F", "selector": selector, "type": 0, "attrs": ["outerHtml"]}],
        }
    )
    records = extract_page(page, URL, plan.collections[0], plan).records
    return records[0].get("F_outerHtml") if records else None


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_block_reads_the_same_alone_and_among_others(selector: str) -> None:
    """One block is searched by itself, several with the whole page: no selector may tell."""
    alone = values(PAGE, selector)
    among = values(PAGE.replace("</main>", "<div class=card></div></main>"), selector)

    assert alone == among
    assert alone is not None
