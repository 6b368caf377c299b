"""What surrounds the lists of drawn pages: menus, side bars, pagers, footers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.suggest.goods import Good

URL = "https://drawn.example/list?page=2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A page with its truth: the titles in order, and the next page, if any.

    ``reasons``: there is no list that a payload could say, and one of these is why.
    """

    html: str
    keys: Sequence[str]
    next: str | None = None
    url: str = URL
    reasons: frozenset[str] = field(default_factory=frozenset)


def page(
    draw: Random, main: str, items: Sequence[Good], *, head: str = "", pager: bool = True
) -> Drawn:
    """Return a whole page around ``main``, which lists ``items``."""
    following = draw.choice([_words, _numbers, _arrows, _relation, None]) if pager else None
    bar = following() if following else ""
    aside = _aside(draw) if draw.random() < 0.6 else ""
    body = f"{_header(draw)}<div id='wrap'>{aside}<div id='main'>{head}{main}{bar}</div></div>{_footer(draw)}"
    html = f"<!doctype html><html><head><title>Drawn</title></head><body>{body}</body></html>"
    after = "https://drawn.example/list?page=3" if bar else None
    return Drawn(html=html, keys=[item.title for item in items], next=after)


def _header(draw: Random) -> str:
    names = draw.sample("Home Shop News Forum About Contact Help Team Jobs Press".split(), 6)
    links = "".join(f"<li><a href='/{name.lower()}'>{name}</a></li>" for name in names)
    return draw.choice(
        [
            f"<header><nav><ul>{links}</ul></nav></header>",
            f"<div class='top-menu'><ul>{links}</ul></div>",
            f"<div id='navigation'><ul class='nav'>{links}</ul></div>",
        ]
    )


def _aside(draw: Random) -> str:
    names = draw.sample("Wood Glass Steel Stone Paper Wool Cotton Clay Cork Brass".split(), 7)
    links = "".join(
        f"<li><a href='/c/{n.lower()}'>{n} ({draw.randrange(90)})</a></li>" for n in names
    )
    tag = draw.choice(["aside", "div class='sidebar'", "div id='left-sidebar'"])
    return f"<{tag}><h4>Categories</h4><ul>{links}</ul></{tag.split()[0]}>"


def _footer(draw: Random) -> str:
    links = "".join(
        f"<li><a href='/legal/{n}'>Legal note {n}</a></li>" for n in range(draw.randrange(3, 8))
    )
    return f"<footer><ul>{links}</ul><p>All rights reserved, Drawn Ltd.</p></footer>"


def _words() -> str:
    return (
        "<div class='pagination'><a href='/list?page=1'>Previous</a> <a href='/list?page=1'>1</a> "
        "<span class='current'>2</span> <a href='/list?page=3'>3</a> <a href='/list?page=3'>Next</a></div>"
    )


def _numbers() -> str:
    return "<p class='pages'><a href='/list?page=1'>1</a> <b>2</b> <a href='/list?page=3'>3</a> <a href='/list?page=4'>4</a></p>"


def _arrows() -> str:
    return (
        "<ul class='pager'><li><a href='/list?page=1'>«</a></li><li class='active'><span>2</span></li>"
        "<li><a href='/list?page=3'>3</a></li><li><a href='/list?page=3'>»</a></li></ul>"
    )


def _relation() -> str:
    return "<nav><a rel='prev' href='/list?page=1'>Newer</a> <a rel='next' href='/list?page=3'>Older</a></nav>"
