"""Our ``innerText`` beside the one of a browser, whose user-agent sheet is the standard's."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import sync_playwright

from workers.extraction.budget import Budget
from workers.extraction.inner_text import inner_text
from workers.extraction.source import Source
from workers.extraction.tree import Tree

BLOCKS = ["div", "h2", "li", "section", "blockquote", "center", "address", "form"]
PAGES = [
    " a<p>b</p> c <b> d</b> e<br> f <br>g",
    "<table><caption>c</caption><thead><tr><th>a<th>b</thead><tbody><tr><td>1<td><p>2</table>",
    "x<table><tr><td>1<table><tr><td>i<td>j<tr><td>k</table><td>2</table>y",
    "<ul><li>a<ul><li>b</ul> c<li>d</ul><dl><dt>e<dd>f</dl>",
    "<pre>  x\n y\n</pre>z <pre>a</pre>",
    "a<select><option>x<option selected>y</select>b <button> c </button> d <img src=x> e",
    "<span hidden>x</span>a<span style='display:none'>y</span>b",
    "<i style='visibility:hidden'>v<b style='visibility:visible'>w</b></i>z",
    "<span style='display:block'>a</span>b<span style='display:inline-block'> c </span> d",
    "<div style='white-space:pre-line'> a  b\n  c</div> d",
    "d<span style='white-space:pre'>  e  </span> f",
    "<fieldset><legend>l</legend>x</fieldset><dialog>no</dialog><ruby>a<rp>(</rp><rt>b</rt></ruby>",
    "a<textarea>q</textarea>b<video>v</video>c<canvas>k</canvas> <audio>z</audio> d",
    "<figure>a<figcaption>b</figcaption></figure><hgroup><h1>c</h1><p>d</hgroup><menu><li>e</menu>",
    *[f"a <{one}> b <i>c</i> </{one}> d<{one}></{one}>e" for one in BLOCKS],
    *[f"<{one}><p>a</p></{one}>b<{two}>c<br></{two}>" for one in BLOCKS for two in BLOCKS[:3]],
]


@pytest.fixture(scope="module")
def as_browser_has_it(browser: str) -> list[str]:
    """The ``innerText`` of each of the pages in a real browser."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser)
        page = chromium.new_page()
        texts = []
        for html in PAGES:
            page.set_content(f"<!doctype html><body><div id=t>{html}</div>")
            texts.append(page.evaluate("document.querySelector('#t').innerText"))
        chromium.close()
    return texts


def test_inner_text_is_what_a_browser_says(as_browser_has_it: list[str]) -> None:
    """On pages without style sheets."""
    trees = [
        Tree(
            Source(utf8=f"<!doctype html><body><div id=t>{html}</div>".encode(), url="http://h/"),
            Budget(math.inf),
        )
        for html in PAGES
    ]
    ours = [inner_text(tree, tree.select("#t")[0]) for tree in trees]

    assert ours == as_browser_has_it
