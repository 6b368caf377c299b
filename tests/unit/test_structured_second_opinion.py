from __future__ import annotations

import json
import random
from collections.abc import Iterator

import extruct
import pytest

from tests.builders.structured import PAGE_URL, records_of
from workers.extraction.filters import collapse

TYPES = ("Product", "Offer", "Event", "Person", "Recipe")
NAMES = ("name", "image", "author", "price", "url", "description")
WORDS = ("Oak", "shelf", "12.50", "šípka", "東京", "a&b", "<i>", 'say "x"', "", "line\nbreak", "0")


def _text(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(1, 3)))


def _item(dice: random.Random, depth: int = 0) -> dict[str, object]:
    item: dict[str, object] = {"@type": dice.choice(TYPES)}
    for name in dice.sample(NAMES, dice.randint(1, 4)):
        values: list[object] = [
            _item(dice, depth + 1) if depth < 3 and dice.random() < 0.3 else _text(dice)
            for _ in range(dice.randint(1, 2))
        ]
        item[name] = values if len(values) > 1 or dice.random() < 0.2 else values[0]
    return item


def _written(dice: random.Random, items: list[dict[str, object]]) -> str:
    """Return JSON as pages write it; what is wrong with it is what extruct reads past, too."""
    content: object = items if dice.random() < 0.5 else {"@graph": items}
    text = json.dumps(content, ensure_ascii=dice.random() < 0.5, indent=dice.choice((None, 1)))
    text = text.replace("<", "\\u003c")
    fault = dice.randrange(5)
    if fault == 1:
        text = text.replace("\\n", "\n")
    if fault == 2 and "://" not in text:
        text = f"// generated\n{text}\n"
    if fault == 3:
        text = text[:-1] + (",]" if text[-1] == "]" else ",}")
    return f"<!-- shop -->\n{text}" if fault == 4 else text


def _markup(dice: random.Random, item: dict[str, object], prop: str = "") -> str:
    own = f' itemprop="{prop}"' if prop else ""
    out = f'<div{own} itemscope itemtype="https://schema.org/{item["@type"]}">'
    for name, value in item.items():
        if name != "@type":
            for one in value if isinstance(value, list) else [value]:
                out += _markup(dice, one, name) if isinstance(one, dict) else _leaf(dice, name, one)
    return out + "</div>"


def _leaf(dice: random.Random, name: str, value: object) -> str:
    plain = str(value).replace("&", "&amp;").replace("<", "&lt;")
    quoted = plain.replace('"', "&quot;")
    return dice.choice(
        (
            f"<span itemprop={name}>{plain or '-'}</span>",
            f'<p><b itemprop="x {name}">{plain or "-"}</b></p>',
            f'<meta itemprop={name} content="{quoted}">',
            f'<time itemprop={name} datetime="{quoted or "2026"}">then</time>',
            f'<data itemprop={name} value="{quoted}">d</data>',
            f"<a itemprop={name} href=/p/{dice.randint(1, 9)}>link</a>",
            f"<img itemprop={name} src=i{dice.randint(1, 9)}.png>",
        )
    )


def _page(seed: int) -> str:
    dice = random.Random(seed)  # noqa: S311 - a seed to repeat
    items = [_item(dice) for _ in range(dice.randint(1, 4))]
    script = f'<script type="application/ld+json">{_written(dice, items)}</script>'
    marked = "".join(_markup(dice, _item(dice)) for _ in range(dice.randint(1, 4)))
    return f"<html><head><title>t</title>{script}</head><body>{marked}</body></html>"


def _outermost(value: object, type_: str) -> Iterator[dict[str, object]]:
    """Yield extruct's items of a type, in either of its shapes, none below another."""
    if isinstance(value, list):
        for one in value:
            yield from _outermost(one, type_)
    elif isinstance(value, dict):
        stated = value.get("@type", value.get("type"))
        if isinstance(stated, str) and stated.rpartition("/")[2] == type_:
            yield value
            return
        for one in value.values():
            yield from _outermost(one, type_)


def _texts(items: Iterator[dict[str, object]], name: str) -> list[str]:
    """Return the plain texts of a property; items among its values are left out."""
    found: list[object] = []
    for item in items:
        held = item.get("properties", item)
        value = held.get(name) if isinstance(held, dict) else None
        found += value if isinstance(value, list) else [value]
    return [collapse(one) for one in found if isinstance(one, str)]


def _is_part(expected: list[str], texts: list[str]) -> bool:
    """Whether ``texts`` has all of ``expected``, in its order; between them may be others."""
    rest = iter(texts)
    return all(one in rest for one in expected)


ASKED = [
    (syntax, type_, name) for syntax in ("jsonld", "microdata") for type_ in TYPES for name in NAMES
]


@pytest.mark.parametrize("seed", range(100))
def test_what_extruct_finds_on_a_page_is_found_here(seed: int) -> None:
    """Every property of every type, in both syntaxes, the same texts in the same order.

    An item among the values gives its name, which extruct does not say.
    """
    html = _page(seed)
    theirs = extruct.extract(html, base_url=PAGE_URL, syntaxes=["json-ld", "microdata"])
    theirs["jsonld"] = theirs.pop("json-ld")

    (record,) = records_of(html, *(".".join(one).replace(".", ":", 1) for one in ASKED))

    for number, (syntax, type_, name) in enumerate(ASKED):
        expected = _texts(_outermost(theirs[syntax], type_), name)
        given = record.get(f"F{number}_text", [])
        texts = [collapse(str(one)) for one in (given if isinstance(given, list) else [given])]
        assert _is_part(expected, texts), (syntax, type_, name)
