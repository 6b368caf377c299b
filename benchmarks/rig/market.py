"""The site of the comparison: a seeded market with markup as real shops have it, and its truth.

A listing page has about 60 KB and links to 20 items and to the next one; an item's page has about
45 KB and holds the ten fields of ``contenders.fields``. The same seed gives the same bytes.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

ITEMS = 20  # of a listing page
LISTING, ITEM = 60_000, 45_000  # bytes of a page, about
LEVEL = 6  # of gzip, as servers have it

WORDS = [
    "amber", "birch", "cobalt", "drift", "ember", "fjord", "ginkgo", "harbour", "indigo",
    "juniper", "kelp", "linen", "maple", "nutmeg", "opal", "pebble", "quartz", "rowan",
    "saffron", "thistle", "umber", "velvet", "willow", "yarrow", "zephyr", "canvas", "copper",
    "oak", "ceramic", "walnut", "brass", "woven", "compact", "folding", "classic", "outdoor",
    "quiet", "everyday", "café", "naïve", "façade",
]  # fmt: skip


def packed(page: str) -> bytes:
    """Return a page as it travels, packed with gzip."""
    return gzip.compress(page.encode(), LEVEL, mtime=0)


@dataclass(frozen=True, slots=True)
class Market:
    """``size`` listing pages; everything about an item follows from its number (from 1)."""

    size: int
    seed: int = 1

    def rows(self, base: str) -> Iterator[dict[str, str]]:
        """Yield what the items' pages hold, in document order, with ``base`` before paths."""
        for number in range(1, self.size * ITEMS + 1):
            yield self._row(number, base)

    def _row(self, number: int, base: str) -> dict[str, str]:
        chance = random.Random(self.seed * 1_000_003 + number)  # noqa: S311 - a generated site
        words = chance.choices(WORDS, k=8)
        return {
            "title": f"{' '.join(words[:3]).capitalize()} & {words[3]} {number}",
            "price": f"{chance.randrange(100, 99_999) / 100:.2f} €",
            "sku": f"SKU-{number:06d}",
            "brand": f"{words[4].capitalize()} {words[5].capitalize()}",
            "rating": f"{chance.randrange(10, 51) / 10:.1f}",
            "stock": f"{chance.randrange(500)} in stock",
            "category": f"{words[6]} > {words[7]}",
            "about": f"{' '.join(chance.choices(WORDS, k=40))}.",
            "image": f"{base}/img/{number}-large.jpg",
            "maker": f"{base}/maker/{number % 97}.html",
        }

    def write(self, folder: Path) -> int:
        """Write every page to ``folder``, packed with gzip, and return their bytes unpacked."""
        size = 0
        for path, page in self.pages():
            file = folder / f"{path}.gz"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(packed(page))
            size += len(page.encode())
        return size

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield path and text of every page, robots.txt first."""
        yield "robots.txt", "User-agent: *\nAllow: /\n"
        rows = list(self.rows(""))
        for page in range(1, self.size + 1):
            first = (page - 1) * ITEMS
            yield f"list/{page}.html", self._listing(page, rows[first : first + ITEMS], first + 1)
        for number, row in enumerate(rows, 1):
            yield f"item/{number}.html", self._item(number, row)

    def _listing(self, page: int, rows: list[dict[str, str]], first: int) -> str:
        cards = "".join(_card(number, row) for number, row in enumerate(rows, first))
        after = f'<a class="next" href="/list/{page + 1}.html">Next page</a>'
        links = f'<nav class="pages"><b>{page}</b>{after if page < self.size else ""}</nav>'
        main = f'<div class="grid">{cards}</div>{links}'
        return _page(f"Page {page}", main, LISTING, random.Random(-page))  # noqa: S311 - filler

    def _item(self, number: int, row: dict[str, str]) -> str:
        return _page(row["title"], _product(row), ITEM, random.Random(number))  # noqa: S311 - filler


def _card(number: int, row: dict[str, str]) -> str:
    return (
        f'<article class="card" data-id="{number}"><a class="shot" href="/img/{number}.jpg">'
        f'<img src="/img/{number}-small.jpg" alt="{escape(row["title"])}" loading="lazy"></a>'
        f'<h3 class="name"><a href="/item/{number}.html">{escape(row["title"])}</a></h3>'
        f'<p class="teaser">{row["about"][:80]}</p><span class="cost">{row["price"]}</span>'
        '<button type="button" class="btn btn-small" data-action="add">Add to basket</button>'
        "</article>"
    )


def _product(row: dict[str, str]) -> str:
    return (
        f'<section class="product"><h1 class="title">{escape(row["title"])}</h1>'
        f'<p class="crumbs"><span class="category">{escape(row["category"])}</span></p>'
        f'<img class="main-image" src="{row["image"]}" alt="">'
        f'<div class="buy"><span class="price">{row["price"]}</span>'
        f'<span class="stock"><i class="icon"></i>{row["stock"]}</span></div>'
        f'<table class="specs"><tbody><tr><th>Article</th><td class="sku">{row["sku"]}</td></tr>'
        f'<tr><th>Brand</th><td><a class="brand" href="{row["maker"]}">{row["brand"]}</a></td></tr>'
        f'<tr><th>Rating</th><td class="rating"><b>{row["rating"]}</b></td></tr></tbody></table>'
        f'<div class="about"><p>{row["about"]}</p></div></section>'
    )


def _page(title: str, main: str, size: int, chance: random.Random) -> str:
    head = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)} - Market</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/site.css"><style>.card{display:flex}</style>'
        '<script>window.dataLayer=window.dataLayer||[];</script></head><body class="page">'
    )
    made = [head, _menu(chance), '<main id="content">', main, "</main>", '<aside class="more">']
    length = sum(map(len, made))
    while length < size:
        made.append(_block(chance))
        length += len(made[-1])
    return "".join(
        (*made, "</aside><footer><p>Market, a site for measuring</p></footer></body></html>")
    )


def _menu(chance: random.Random) -> str:
    entries = "".join(
        f'<li class="menu-item level-{level % 3}"><a href="/c/{word}" title="{word}">{word}</a>'
        "</li>"
        for level, word in enumerate(chance.choices(WORDS, k=40))
    )
    return f'<header><nav class="menu"><ul>{entries}</ul></nav></header>'


def _block(chance: random.Random) -> str:
    """Return a piece of filler: a review, a teaser, data for a script, or tags."""
    words, number = " ".join(chance.choices(WORDS, k=14)), chance.randrange(100_000)
    return chance.choice((_review, _teaser, _data, _tags))(words, number)


def _review(words: str, number: int) -> str:
    return (
        f'<div class="review" id="r{number}"><div class="review-head"><span class="stars">'
        '<i class="on"></i><i class="on"></i><i></i></span><strong class="author">'
        f'{words[:12]}</strong></div><p class="review-text">{words}</p></div>'
    )


def _teaser(words: str, number: int) -> str:
    return (
        f'<div class="teaser-box col-{number % 12}"><a class="teaser-link" href="/t/{number}.html">'
        f'<img src="/img/t{number}.jpg" alt="{words[:20]}"><span>{words[:40]}</span></a></div>'
    )


def _data(words: str, number: int) -> str:
    return f'<script type="application/json">{{"id":{number},"text":"{words}"}}</script>'


def _tags(words: str, number: int) -> str:
    return (
        f'<ul class="tags"><li><a href="/tag/{number}">{words[:9]}</a></li>'
        f"<li><em>{words[9:30]}</em></li></ul>"
    )
