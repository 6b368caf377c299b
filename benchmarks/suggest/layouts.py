"""All layouts by name, and pages drawn in them, with their truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from benchmarks.suggest import cards, markup, tables
from benchmarks.suggest.goods import Good, goods
from benchmarks.suggest.shell import Drawn, page

Layout = Callable[[Random, Sequence[Good]], str]
"""Makes markup of records."""

LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout
    for layout in (
        tables.table,
        tables.table_headed_by_data,
        tables.zebra,
        tables.zebra_of_divs,
        tables.two_tables,
        tables.layout_tables,
        tables.grouped_rows,
        tables.row_headers,
        tables.empty_cells,
        tables.lines_in_cells,
        cards.links,
        cards.results,
        cards.by_day,
        cards.cards,
        cards.cards_in_rows,
        cards.cards_that_link,
        cards.table_of_cards,
        cards.articles,
        cards.rich_texts,
        cards.ads_between,
        cards.two_lists,
        cards.lazy_images,
        markup.hashed_classes,
        markup.module_classes,
        markup.utility_classes,
        markup.div_soup,
        markup.testing_ids,
        markup.microdata,
        markup.labelled,
        markup.forum,
        markup.jobs,
        markup.events,
        markup.featured_first,
        markup.parts_missing,
        markup.hidden_first,
        markup.old_paragraphs,
        markup.in_form,
        markup.headed_texts,
        markup.terms,
        markup.two_rows,
    )
}

SCRIPTS: dict[str, tuple[list[str], list[str]]] = {
    "latin": ([], []),
    "arabic": ("كرسي مكتب مصباح رف طاولة".split(), "أزرق أحمر أخضر أسود أبيض".split()),
    "japanese": (["桜", "松", "竹", "梅", "菊"], ["椅子", "机", "棚", "灯", "鏡"]),
    "russian": ("Дубовый Синий Старый Новый Белый".split(), "стул стол шкаф ковёр диван".split()),
    "hindi": ("नीला लाल हरा पुराना नया".split(), "कुर्सी मेज दीपक दर्पण घड़ी".split()),
}
"""Words for titles; none are the usual ones."""


def drawn(name: str, seed: int, script: str = "latin") -> Drawn:
    """Return the page of one layout, the same for the same ``seed``."""
    draw = Random(f"{name}-{seed}-{script}")
    words = SCRIPTS[script]
    items = goods(draw, draw.choice([6, 10, 12, 20, 25, 40]), words if words[0] else None)
    return page(draw, LAYOUTS[name](draw, items), items)
