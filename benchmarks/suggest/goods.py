"""What the drawn pages list: invented things with all that a shop, a forum or a court says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

_FIRST = "Amber Birch Cedar Delta Ember Fjord Garnet Harbor Indigo Juniper Kestrel Linden".split()
_SECOND = "Chair Desk Lamp Shelf Table Stool Bench Mirror Cabinet Rug Vase Clock Frame Tray".split()
_TEXT = (
    "Made by hand in small series and sent within two days",
    "A quiet piece for rooms that are used every day",
    "Solid wood with an oil finish that ages well",
    "Folds flat and weighs less than it looks",
    "Comes with all parts and a key to put it together",
    "Restored last spring by its first maker",
)
_PEOPLE = "Ada Bela Carla Dino Edda Fritz Gwen Hugo".split()
_MONTHS = "January March May July September November".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One record. ``title`` is its key: no other record has it, or a part of it."""

    title: str
    price: str
    date: str
    text: str
    author: str
    code: str
    href: str
    image: str
    tags: tuple[str, ...]


def goods(draw: Random, count: int, words: tuple[list[str], list[str]] | None = None) -> list[Good]:
    """Return ``count`` different records; ``words``: of another script than Latin."""
    first, second = words or (_FIRST, _SECOND)
    found = []
    for number in range(count):
        title = f"{draw.choice(first)} {draw.choice(second)} {draw.randrange(10, 99)}{number:03}"
        found.append(
            Good(
                title=title,
                price=f"${draw.randrange(5, 900)}.{draw.randrange(10, 99)}",
                date=f"{draw.randrange(1, 28)} {draw.choice(_MONTHS)} 20{draw.randrange(10, 26)}",
                text=f"{draw.choice(_TEXT)}, no. {draw.randrange(1000, 9999)}.",
                author=f"{draw.choice(_PEOPLE)} {draw.choice(first)}",
                code=f"{draw.choice('ABCD')}{draw.randrange(10000, 99999)}",
                href=f"/item/{number}-{draw.randrange(1000, 9999)}.html",
                image=f"/img/{number}-{draw.randrange(1000, 9999)}.jpg",
                tags=tuple(draw.sample(_SECOND, draw.randrange(1, 4))),
            )
        )
    return found


def each(template: Callable[[Good], str], items: Sequence[Good]) -> str:
    """Return the markup of all ``items``."""
    return "\n".join(map(template, items))


def made_up(draw: Random) -> str:
    """Return an end of a class name as a program makes it up."""
    return "".join(draw.choices("abcdefghijkmnpqrstuvwxyz0123456789", k=5)) + str(
        draw.randrange(10)
    )
