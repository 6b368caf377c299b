"""Layouts of lists, cards and articles."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.suggest.goods import Good, each


def links(_: Random, items: Sequence[Good]) -> str:
    return (
        "<ul>"
        + each(lambda i: f"<li><a href='{i.href}'>{i.title}</a> <span>{i.date}</span></li>", items)
        + "</ul>"
    )


def results(_: Random, items: Sequence[Good]) -> str:
    return (
        "<ol id='results'>"
        + each(
            lambda i: (
                f"<li><h3><a href='{i.href}'>{i.title}</a></h3><cite>drawn.example{i.href}</cite><p>{i.text}</p></li>"
            ),
            items,
        )
        + "</ol>"
    )


def by_day(_: Random, items: Sequence[Good]) -> str:
    days = [items[n : n + 4] for n in range(0, len(items), 4)]
    item = "<li><b>{0.title}</b> <span class='time'>{0.code}</span> <em>{0.author}</em></li>".format
    return (
        "<ul class='days'>"
        + "".join(f"<li>Day {n}<ul>{each(item, day)}</ul></li>" for n, day in enumerate(days))
        + "</ul>"
    )


def cards(_: Random, items: Sequence[Good]) -> str:
    return (
        "<div class='grid'>"
        + each(
            lambda i: (
                f"<div class='product-card'><a href='{i.href}'><img src='{i.image}' alt=''></a>"
                f"<h3 class='product-card__title'><a href='{i.href}'>{i.title}</a></h3><span class='product-card__price'>{i.price}</span></div>"
            ),
            items,
        )
        + "</div>"
    )


def cards_in_rows(_: Random, items: Sequence[Good]) -> str:
    card = "<div class='col-md-4'><div class='card'><img src='{0.image}'><h4>{0.title}</h4><p>{0.text}</p><b>{0.price}</b></div></div>".format
    rows = [items[n : n + 3] for n in range(0, len(items), 3)]
    return "".join(f"<div class='row'>{each(card, row)}</div>" for row in rows)


def cards_that_link(_: Random, items: Sequence[Good]) -> str:
    return each(
        lambda i: (
            f"<a class='tile' href='{i.href}'><img src='{i.image}'><span class='name'>{i.title}</span><span class='cost'>{i.price}</span></a>"
        ),
        items,
    )


def table_of_cards(_: Random, items: Sequence[Good]) -> str:
    cell = "<td><a href='{0.href}'><img src='{0.image}'></a><br><a href='{0.href}'>{0.title}</a><br>{0.price}</td>".format
    rows = [items[n : n + 3] for n in range(0, len(items), 3)]
    return "<table>" + "".join(f"<tr>{each(cell, row)}</tr>" for row in rows) + "</table>"


def articles(_: Random, items: Sequence[Good]) -> str:
    return each(
        lambda i: (
            f"<article class='post'><header><h2><a href='{i.href}'>{i.title}</a></h2></header><div class='meta'>by "
            f"<a href='/by/{i.author}'>{i.author}</a> on <time>{i.date}</time></div><div class='body'><p>{i.text}</p><p>{i.text[::-1]}</p></div></article>"
        ),
        items,
    )


def rich_texts(draw: Random, items: Sequence[Good]) -> str:
    extras = [
        "<p>{0.text}</p><ul><li>One</li><li>Two {0.code}</li></ul>",
        "<blockquote>{0.text}</blockquote>",
        "<p>{0.text}</p><p><em>{0.code}</em> more</p><p>end</p>",
    ]
    return each(
        lambda i: (
            f"<div class='message'><div class='who'>{i.author}</div><div class='when'>{i.date}</div>"
            f"<div class='said'><b>{i.title}</b>{draw.choice(extras).format(i)}</div></div>"
        ),
        items,
    )


def ads_between(_: Random, items: Sequence[Good]) -> str:
    parts = []
    for number, i in enumerate(items):
        parts.append(
            f"<div class='offer'><h3>{i.title}</h3><p>{i.text}</p><span class='price'>{i.price}</span></div>"
        )
        if number % 3 == 1:
            parts.append("<div class='ad'><a href='https://ads.example/'>Buy now</a></div>")
    return f"<div class='offers'>{''.join(parts)}</div>"


def two_lists(_: Random, items: Sequence[Good]) -> str:
    small = "".join(f"<li><a href='/hot/{n}'>Hot {n}</a></li>" for n in range(5))
    main = each(
        lambda i: (
            f"<li class='entry'><a href='{i.href}'>{i.title}</a><p>{i.text}</p><i>{i.date}</i></li>"
        ),
        items,
    )
    return f"<div class='popular'><h4>Popular</h4><ul>{small}</ul></div><ul class='entries'>{main}</ul>"


def lazy_images(_: Random, items: Sequence[Good]) -> str:
    return each(
        lambda i: (
            f"<div class='shot'><img src='/blank.gif' data-src='{i.image}'><div class='caption'>{i.title}</div><small>{i.author}</small></div>"
        ),
        items,
    )
