"""Layouts by what markup says of its elements: classes, labels, parts that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.suggest.goods import Good, each, made_up


def hashed_classes(draw: Random, items: Sequence[Good]) -> str:
    names = [f"css-{made_up(draw)}" for _ in range(4)]
    item = f"<div class='{names[0]}'><a class='{names[1]}' href='{{0.href}}'>{{0.title}}</a><div class='{names[2]}'>{{0.price}}</div><p class='{names[3]}'>{{0.text}}</p></div>"
    return f"<div class='css-{made_up(draw)}'>{each(item.format, items)}</div>"


def module_classes(draw: Random, items: Sequence[Good]) -> str:
    card, title, price = (
        f"{name}__{made_up(draw)}"
        for name in ("ProductCard_root", "ProductCard_title", "ProductCard_price")
    )
    item = f"<li class='{card}'><h2 class='{title}'>{{0.title}}</h2><span class='{price}'>{{0.price}}</span><span>{{0.date}}</span></li>"
    return f"<ul>{each(item.format, items)}</ul>"


def utility_classes(_: Random, items: Sequence[Good]) -> str:
    return (
        "<div class='grid grid-cols-3 gap-4'>"
        + each(
            lambda i: (
                f"<div class='p-4 mt-2 rounded shadow'><a class='text-lg font-bold' href='{i.href}'>{i.title}</a>"
                f"<div class='flex'><span class='text-gray-500'>{i.author}</span><span class='ml-auto'>{i.price}</span></div></div>"
            ),
            items,
        )
        + "</div>"
    )


def div_soup(_: Random, items: Sequence[Good]) -> str:
    return (
        "<div><div>"
        + each(
            lambda i: (
                f"<div><div><div><a href='{i.href}'>{i.title}</a></div></div><div>{i.price}</div><div>{i.text}</div></div>"
            ),
            items,
        )
        + "</div></div>"
    )


def testing_ids(_: Random, items: Sequence[Good]) -> str:
    return each(
        lambda i: (
            f"<div data-testid='result-row'><div data-testid='result-name'>{i.title}</div><div data-testid='result-price'>{i.price}</div><div>{i.date}</div></div>"
        ),
        items,
    )


def microdata(_: Random, items: Sequence[Good]) -> str:
    return each(
        lambda i: (
            f"<div itemscope itemtype='https://schema.org/Product'><span itemprop='name'>{i.title}</span><span itemprop='price'>{i.price}</span>"
            f"<p itemprop='description'>{i.text}</p></div>"
        ),
        items,
    )


def labelled(_: Random, items: Sequence[Good]) -> str:
    return each(
        lambda i: (
            f"<div class='file'><strong>Name:</strong> <span>{i.title}</span><br><strong>Price:</strong> <span>{i.price}</span><br><strong>By:</strong> <span>{i.author}</span></div>"
        ),
        items,
    )


def forum(_: Random, items: Sequence[Good]) -> str:
    row = "<tr class='thread'><td class='icon'><img src='/t.gif'></td><td class='subject'><a href='{0.href}'>{0.title}</a><div class='small'>{0.author}</div></td><td>{0.code}</td><td class='last'>{0.date}</td></tr>".format
    return f"<table class='threads'><tr><th></th><th>Thread</th><th>Replies</th><th>Last post</th></tr>{each(row, items)}</table>"


def jobs(_: Random, items: Sequence[Good]) -> str:
    def job(i: Good) -> str:
        tags = "".join(f"<li class='tag'>{tag}</li>" for tag in i.tags)
        return f"<section class='job'><h3><a href='{i.href}'>{i.title}</a></h3><div class='company'>{i.author}</div><ul class='tags'>{tags}</ul></section>"

    return each(job, items)


def events(_: Random, items: Sequence[Good]) -> str:
    return each(
        lambda i: (
            f"<div class='event'><div class='date'><span class='day'>{i.date.split()[0]}</span> <span class='month'>{i.date.split()[1]}</span></div>"
            f"<div class='info'><h4>{i.title}</h4><p class='place'>{i.author}</p></div></div>"
        ),
        items,
    )


def featured_first(_: Random, items: Sequence[Good]) -> str:
    first, *others = items
    head = f"<div class='story lead'><img src='{first.image}'><h2><a href='{first.href}'>{first.title}</a></h2><p>{first.text}</p><p>{first.text[::-1]}</p></div>"
    return head + each(
        lambda i: (
            f"<div class='story'><h2><a href='{i.href}'>{i.title}</a></h2><p>{i.text}</p></div>"
        ),
        others,
    )


def parts_missing(draw: Random, items: Sequence[Good]) -> str:
    def item(i: Good) -> str:
        image = f"<img src='{i.image}'>" if draw.random() < 0.6 else ""
        price = f"<div class='price'>{i.price}</div>" if draw.random() < 0.7 else ""
        return f"<div class='advert'>{image}<div class='head'>{i.title}</div>{price}<div class='foot'>{i.date}</div></div>"

    return each(item, items)


def hidden_first(_: Random, items: Sequence[Good]) -> str:
    template = "<div class='hit' style='display:none'><b></b><i></i></div>"
    return template + each(
        lambda i: f"<div class='hit'><b>{i.title}</b><i>{i.price}</i><p>{i.text}</p></div>", items
    )


def old_paragraphs(_: Random, items: Sequence[Good]) -> str:
    return (
        "<blockquote>"
        + each(
            lambda i: (
                f"<p><b><a href='{i.href}'>{i.title}</a></b><br><font size='-1'>{i.text}</font></p>"
            ),
            items,
        )
        + "</blockquote>"
    )


def in_form(_: Random, items: Sequence[Good]) -> str:
    return (
        "<form>"
        + each(
            lambda i: (
                f"<div class='choice'><input type='checkbox'><label>{i.title}</label> <span>{i.price}</span><button>Add</button></div>"
            ),
            items,
        )
        + "</form>"
    )


def headed_texts(_: Random, items: Sequence[Good]) -> str:
    return each(lambda i: f"<h3><a href='{i.href}'>{i.title}</a></h3><p>{i.text}</p>", items)


def terms(_: Random, items: Sequence[Good]) -> str:
    return "<dl>" + each(lambda i: f"<dt>{i.title}</dt><dd>{i.text}</dd>", items) + "</dl>"


def two_rows(_: Random, items: Sequence[Good]) -> str:
    row = "<tr><td><a href='{0.href}'>{0.title}</a></td><td>{0.price}</td></tr><tr><td colspan='2'>{0.text}</td></tr>".format
    return f"<table class='pairs'>{each(row, items)}</table>"
