"""A page about one thing: fields for what it says of it, without blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from workers.extraction.suggest.chrome import chrome_flags
from workers.extraction.suggest.declared import Declared, name_of_path
from workers.extraction.suggest.kinds import kind_of
from workers.extraction.suggest.naming import neat, unique
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.parts import WORD
from workers.extraction.suggest.selectors import Finder

_PATHS: Final = (
    "name", "headline", "title", "sku", "offers.price", "offers.priceCurrency",
    "offers.availability", "brand.name", "description", "image", "url", "author.name",
    "datePublished", "startDate", "endDate", "location.name", "hiringOrganization.name",
    "datePosted", "aggregateRating.ratingValue", "aggregateRating.reviewCount",
    "recipeIngredient", "recipeYield", "totalTime", "isbn",
)  # fmt: skip
"""What is taken of a thing that a page declares, if it is there."""

_MOST: Final = 20
_FARTHEST: Final = 5_000  # elements, that are looked at for names
_MOST_PAIRS: Final = 12
_LONGEST_LABEL: Final = 40  # characters
_NAME_AND_VALUE: Final = 2  # cells
_NAME: Final = re.compile(r"(?<=[.\"])[\w-]+")
_NOT_NAMED: Final = frozenset({"a", "button", "dd", "dt", "h1", "label", "li", "td", "th"})
_SAFE: Final = re.compile(r"[^\"'\\\n]{2,40}\Z")

Field = dict[str, object]


def record_fields(declared: Declared, outline: Outline, finder: Finder) -> list[Field]:
    """Return the fields of a page about one thing."""
    taken: set[str] = set()
    fields: list[Field] = []
    for name, field in [
        *_declared(declared),
        *_headed(outline, finder),
        *_pairs(outline),
        *_pictured(finder),
        *_named(outline, finder),
    ]:
        if len(fields) == _MOST or neat(name).lower() in taken:
            continue
        called = unique(neat(name), taken)
        taken.add(called.lower())
        fields.append({"name": called, **field})
    return fields


def _declared(declared: Declared) -> Iterator[tuple[str, Field]]:
    """Yield what the page declares of the one thing that it is about."""
    item = declared.thing()
    if item is None:
        return
    syntax, kind = item.syntax, item.types[0]
    for path in _PATHS:
        if path in item.texts and re.fullmatch(r"\w+", kind):
            yield (
                name_of_path(path),
                {"selector": f"{syntax}:{kind}.{path}", "filters": [{"name": "trim"}]},
            )


def _headed(outline: Outline, finder: Finder) -> Iterator[tuple[str, Field]]:
    headings = [
        n
        for n, tag in enumerate(outline.tags)
        if tag == "h1" and outline.length[n] and not outline.unseen[n]
    ]
    heading = _unique_selector(outline, finder, headings[0]) if headings else ""
    if heading:
        yield "Title", _collapsed(heading)
    for number in range(len(outline)):
        own = outline.own[number]
        if own and len(own) <= _LONGEST_LABEL and kind_of([own]) == "price":
            selector = _unique_selector(outline, finder, number)
            if selector:
                yield "Price", _collapsed(selector)
                return


def _pairs(outline: Outline) -> Iterator[tuple[str, Field]]:
    """Yield the rows of lists of names and values: ``dl``, and tables of two columns."""
    count = 0
    for number, tag in enumerate(outline.tags):
        if tag not in {"dt", "tr"} or outline.unseen[number] or count == _MOST_PAIRS:
            continue
        pair = _of_term(outline, number) if tag == "dt" else _of_row(outline, number)
        if pair is not None:
            count += 1
            label, selector = pair
            yield label, _collapsed(selector)


def _of_term(outline: Outline, number: int) -> tuple[str, str] | None:
    label = outline.text(number, _LONGEST_LABEL + 1)
    if not _SAFE.match(label) or len(label) > _LONGEST_LABEL:
        return None
    return label, f'xpath://dt[normalize-space()="{label}"]/following-sibling::dd[1]'


def _of_row(outline: Outline, number: int) -> tuple[str, str] | None:
    cells = outline.children[number]
    if len(cells) != _NAME_AND_VALUE or outline.tags[cells[1]] != "td":
        return None
    label = outline.text(cells[0], _LONGEST_LABEL + 1)
    if not _SAFE.match(label) or len(label) > _LONGEST_LABEL or not outline.length[cells[1]]:
        return None
    return label, f'xpath://tr[normalize-space(*[1])="{label}"]/td[last()]'


def _pictured(finder: Finder) -> Iterator[tuple[str, Field]]:
    if finder.matches('meta[property="og:image"]'):
        yield "Image", {"selector": "meta:og:image"}


def _named(outline: Outline, finder: Finder) -> Iterator[tuple[str, Field]]:
    """Yield texts whose class or property is a word, and no other element's."""
    chrome = chrome_flags(outline)
    for number, own in enumerate(outline.own):
        if (
            not own
            or chrome[number]
            or outline.unseen[number]
            or outline.tags[number] in _NOT_NAMED
        ):
            continue
        for price, text in finder.parts([number]):
            if price <= WORD and finder.matches(text) == [number]:
                words = _NAME.search(text)
                yield words[0] if words else "Text", _collapsed(text)
                break


def _collapsed(selector: str) -> Field:
    return {"selector": selector, "filters": [{"name": "collapse"}]}


def _unique_selector(outline: Outline, finder: Finder, number: int) -> str:
    """Return the cheapest selector whose first match the element is."""
    for anchor in (False, True):
        for _, text in finder.parts([number], anchor=anchor):
            if finder.matches(text)[:1] == [number]:
                return text
    for above in outline.above(number):
        for _, outer in finder.parts([above], anchor=True)[:3] if above else ():
            for _, text in finder.parts([number])[:3]:
                if finder.matches(f"{outer} {text}")[:1] == [number]:
                    return f"{outer} {text}"
    return ""
