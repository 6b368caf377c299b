"""Google's shopping: cards of products, product listings, offers of one product, and offer tiles.

Cards are moved by scripts and carry no link; then the record has no ``url``. Product listings are
paid for as all of Shopping is, so that they are results here and not advertisements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.serp.base import Record
from workers.serp.dom import (
    Node,
    Tree,
    attr,
    every,
    first,
    lines_of,
    own_text,
    squeeze,
    text_of,
    widest,
)
from workers.serp.forms.counts import is_rated, rating_of, reviews_of
from workers.serp.found import Found, record, with_title
from workers.serp.google_common import external
from workers.serp.google_kind import GoogleKind
from workers.serp.links import unwrap
from workers.serp.lists import listed

_MONEY = r"(?:[$£€¥₹₩₽₺₪฿₫₴₱₦]|[A-Z]{2,3}\$?|kr\.?|zł|Kč|Ft|lei|лв\.?)"
_PRICE = re.compile(rf"(?:{_MONEY}\s?\d[\d.,'\s]*|\d[\d.,'\s]*\s?{_MONEY})")
_CARD_TITLE = ".gkQHve"
_OFFER = "tr.sh-osd__offer-row, [data-is-grid-offer]"
_OLD_CARD = ".sh-dgr__grid-result, .sh-dgr__content"
_CUT = ("...", "…")
_FROM = re.compile(r"^From\s+(.+)$")


class GoogleShopping(GoogleKind):
    """Paged by ``start``, where the page has a link to follow."""

    tbm = "shop"

    def find(self, tree: Tree, url: str) -> Found:
        """Return the organic results."""
        return _read(tree, url)


def _read(tree: Tree, url: str) -> Found:
    listings, cards = list(_listings(tree, url)), list(_cards(tree, url))
    if listings or cards:
        return Found(layout="listings" if listings else "cards", organic=_apart(listings + cards))
    for layout, reader in (
        ("offers", _offers),
        ("grid", _grid),
        ("tiles", _tiles),
        ("plain", _plain),
    ):
        organic = _apart(list(reader(tree, url)))
        if organic:
            return Found(layout=layout, organic=organic)
    return Found(layout="")


def _apart(records: list[Record]) -> list[Record]:
    """Return the offers, each once: products share a title where merchant or price differ."""
    named = with_title(records)
    return [entry for place, entry in enumerate(named) if entry not in named[:place]]


def _listings(tree: Tree, url: str) -> Iterator[Record]:
    for unit in tree.css(".pla-unit"):
        links = (external(url, link) for link in unit.css("a[href]"))
        heading = first(unit, ".pla-unit-title", "[role=heading]", ".pymv4e")
        lines = lines_of(unit)
        title = _whole(text_of(heading), lines, unit)
        price = next((line for line in lines if _PRICE.fullmatch(line)), "")
        if title and price:
            after = lines[lines.index(price) + 1 :]
            merchant = text_of(first(unit, ".zPEcBd", ".LnPkof")) or _merchant(after)
            yield record(
                title=title,
                price=price,
                merchant=merchant,
                url=next((link for link in links if link), None),
                rating=_rating(unit),
                reviews=_reviews(unit),
            )


def _whole(title: str, lines: list[str], unit: Node) -> str:
    """Return a title that was cut for want of room as the unit has it elsewhere.

    The panel that opens below the pointer has more of it, else the picture's text has.
    """
    stem = next((title.removesuffix(mark).rstrip() for mark in _CUT if title.endswith(mark)), title)
    longer = [line for line in lines if stem and line.startswith(stem) and line != title]
    if longer:
        return max(longer, key=len)
    if stem == title:
        return title
    labels = (squeeze(attr(image, "alt")) for image in unit.css("img[alt]"))
    whole = next((label for label in labels if stem in label), title)
    return whole[whole.index(stem) :]


def _cards(tree: Tree, url: str) -> Iterator[Record]:
    for heading in tree.css(_CARD_TITLE):
        box = widest(heading, _CARD_TITLE)
        lines = lines_of(box)
        price = text_of(box.css_first(".lmQWe"))
        links = (external(url, link) for link in box.css("a[href]"))
        yield record(
            title=text_of(heading),
            price=price or next((line for line in lines if _PRICE.fullmatch(line)), ""),
            merchant=text_of(box.css_first(".WJMUdc")),
            url=next((link for link in links if link), None),
            rating=_rating(box),
            reviews=_reviews(box),
        )


def _grid(tree: Tree, url: str) -> Iterator[Record]:
    for card in every(tree, _OLD_CARD):
        heading = first(card, "h3", "h4", "[role=heading]")
        links = (external(url, link) for link in card.css("a[href]"))
        lines = lines_of(card)
        if heading is not None and text_of(heading):
            price = next((line for line in lines if _PRICE.fullmatch(line)), "")
            yield record(
                title=text_of(heading),
                price=text_of(card.css_first(".a8Pemb")) or price,
                merchant=text_of(card.css_first(".aULzUe")),
                url=next((link for link in links if link), None),
                rating=_rating(card),
                reviews=_reviews(card),
            )


def _offers(tree: Tree, url: str) -> Iterator[Record]:
    """Read the offers of one product: the merchant's link, then the price of the item."""
    product = text_of(first(tree, ".sh-t__title")) or text_of(tree.css_first("title"))
    for row in every(tree, _OFFER):
        outward = ((link, external(url, link)) for link in row.css("a[href]"))
        link, target = next(((a, b) for a, b in outward if b is not None), (None, None))
        price = text_of(row.css_first(".g9WBQb"))
        price = price or next((line for line in lines_of(row) if _PRICE.fullmatch(line)), "")
        if link is not None and price:
            yield record(
                title=product.removesuffix(" | Google Shopping"),
                merchant=text_of(link, less=".uFWrCb"),
                price=price,
                url=target,
            )


def _tiles(tree: Tree, url: str) -> Iterator[Record]:
    """Read tiles that name their merchant in a label; promotions may stand before the title."""
    for tile in tree.css("[aria-label^='From ']"):
        match = _FROM.match(squeeze(attr(tile, "aria-label")))
        lines = lines_of(tile)
        place = next((i for i, line in enumerate(lines) if i and _PRICE.fullmatch(line)), None)
        if match is None or place is None:
            continue
        titles = [line for line in lines[:place] if not _PRICE.match(line)]
        yield record(
            title=" ".join(titles),
            price=lines[place],
            merchant=match[1],
            url=unwrap(url, attr(tile, "href")) if tile.tag == "a" else None,
        )


def _plain(tree: Tree, url: str) -> Iterator[Record]:
    """Read cards whose classes are unknown."""
    cards = every(tree, "g-inner-card, [data-attrid='apg-product-result']")
    known = [entry for card in cards if (entry := _card(card, url)) is not None]
    prices = (node for node in tree.css("span, div, b") if _PRICE.fullmatch(own_text(node)))
    yield from known or listed(prices, lambda card, _: _card(card, url))


def _card(card: Node, url: str) -> Record | None:
    """Return a card by the order of its lines: title, price, merchant, rating, reviews."""
    lines = lines_of(card)
    place = next((i for i, line in enumerate(lines) if i and _PRICE.fullmatch(line)), None)
    if place is None:
        return None
    after = lines[place + 1 :]
    links = (external(url, link) for link in card.css("a[href]"))
    return record(
        title=lines[place - 1],
        price=lines[place],
        merchant=_merchant(after),
        url=next((link for link in links if link), None),
        rating=next(filter(None, map(rating_of, after)), ""),
        reviews=next((reviews_of(line) for line in after if line.startswith("(")), ""),
    )


def _merchant(after: list[str]) -> str:
    """Return the first line behind a price that is neither another one nor a rating."""
    others = (line for line in after if not (_PRICE.match(line) or is_rated(line)))
    return next((line for line in others if not reviews_of(line)), "")


def _rating(box: Node) -> str:
    return rating_of(text_of(first(box, ".yi40Hd", ".Rsc7Yb")))


def _reviews(box: Node) -> str:
    return reviews_of(text_of(first(box, ".RDApEe", ".QIrs8 .NzUzee", ".NzUzee")))
