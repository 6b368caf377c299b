"""Pages for suggest, written by hand, and what is suggested for them."""

from __future__ import annotations

from collections.abc import Sequence

from workers.extraction.budget import Budget
from workers.extraction.source import Source, encode
from workers.extraction.suggest.suggest import Suggestions, suggest
from workers.extraction.xml_tree import tree_of

URL = "https://shop.example/list?page=2"

MENU = (
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/shop'>Shop</a></li>"
    "<li><a href='/about'>About us</a></li><li><a href='/contact'>Contact</a></li></ul></nav>"
)
WORDS = "Oak Ash Elm Fir Yew Bay Box Fig Gum Ivy Nut Oat Pea Rye Tea".split()  # noqa: SIM905


def suggested(
    html: str, *, url: str = URL, want: Sequence[str] = (), records: int = 1_000
) -> Suggestions:
    """Return what is suggested for a page."""
    tree = tree_of(Source(utf8=encode(html), url=url), Budget(30))
    return suggest(tree, want=want, records=records)


def listing(item: str, count: int = 12, *, around: str = "{}", beside: str = "") -> str:
    """Return a page that lists ``count`` things.

    ``item`` is formatted with ``word``, ``number`` and ``price``, ``around`` with all items.
    """
    items = [
        item.format(word=f"{WORDS[n % len(WORDS)]} Shelf {n}", number=n, price=f"${n}.{n % 10}9")
        for n in range(count)
    ]
    return f"<body>{MENU}{beside}<div id='main'>{around.format(''.join(items))}</div></body>"
