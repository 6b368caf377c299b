from __future__ import annotations

import pytest

from schemas.plan import Content
from workers.extraction.budget import Budget
from workers.extraction.readable import readable
from workers.extraction.source import Source

MENU = "<ul>" + "".join(f"<li><a href=/{n}>Section {n}</a>" for n in range(30)) + "</ul>"
STORY = "<h1>Moss</h1><p>" + "Moss grows on stones. " * 40 + "</p><p>See <a href=/b>bogs</a>.</p>"


def _read(body: str, form: str = "markdown", *, whole: bool = False) -> str:
    source = Source(utf8=f"<html><body>{body}".encode(), url="http://h.test/")
    return readable(source, Content(form=form, whole=whole), Budget(10))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        f"<nav>{MENU}</nav><main>{STORY}</main><footer>Imprint</footer>",
        f"<nav>{MENU}</nav><div role=main>{STORY}<aside>Imprint</aside></div>",
        f"<header>Shop {MENU}</header><article>{STORY}</article><footer>Imprint</footer>",
        f"<header>Shop</header><div><div class=menu>{MENU}</div><div>{STORY}</div></div>",
        f"<div id=top-nav>{MENU}</div><table><tr><td>{MENU}<td>{STORY}</table>",
        f"<div class='site-header banner'>Shop</div><div class=x>{STORY}</div>",
        f"<div class=menu-page>{MENU}<div class=post>{STORY}</div></div>",
    ],
)
def test_markdown_is_of_the_main_content(body: str) -> None:
    """As the page declares it, or else its densest part; menus are left out."""
    text = _read(body)

    assert text.startswith("# Moss\n\nMoss grows on stones.")
    assert text.endswith("See [bogs](http://h.test/b).")
    assert "Section 3" not in text
    assert "Imprint" not in text


def test_the_whole_page_is_given_where_it_is_asked_for() -> None:
    """Menus and all."""
    body = f"<nav>{MENU}</nav><main>{STORY}</main><footer>Imprint</footer>"

    text = _read(body, whole=True)

    assert "[Section 3](http://h.test/3)" in text
    assert text.endswith("Imprint")


def test_text_is_what_a_reader_sees_of_the_body() -> None:
    """All of it, line by line."""
    assert _read(f"<nav>{MENU}</nav><p>One<br>two", "text").endswith("Section 29\n\nOne\ntwo")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        ("<script>x</script>", ""),
        ("<nav>only a menu</nav>", "only a menu"),
        ("<a href=/x>only a link</a>", "[only a link](http://h.test/x)"),
        ("<header>h</header><main></main><p>elsewhere", "elsewhere"),
    ],
)
def test_a_page_of_little_is_given_as_it_is(body: str, expected: str) -> None:
    """Nothing is no main content, and a page of nothing else than a menu is that."""
    assert _read(body) == expected


def test_several_articles_are_all_content() -> None:
    """One of many cards is no main content."""
    body = "".join(f"<article><h2>{n}</h2><p>{'word ' * 30}</p></article>" for n in "abc")

    assert _read(f"<header>{MENU}</header><div>{body}</div>").count("## ") == 3
