"""The goods of the sample site: invented, and the same on every machine."""

from __future__ import annotations

import random
from dataclasses import dataclass

PRODUCTS, PER_PAGE = 400, 20
SEED = 1871
_MAKERS = ("Alder & Finch", "Brightwater", "Copperkettle", "Dunmore", "Elmstead", "Foxglove")
_KINDS = {
    "Kettle": ("1.2 l", "1.7 l", "2.0 l"),
    "Lantern": ("20 cm", "30 cm", "45 cm"),
    "Notebook": ("A6", "A5", "A4"),
    "Teapot": ("0.6 l", "0.9 l", "1.4 l"),
    "Umbrella": ("95 cm", "110 cm", "125 cm"),
    "Blanket": ("120 cm", "150 cm", "200 cm"),
    "Clock": ("18 cm", "25 cm", "32 cm"),
    "Basket": ("small", "medium", "large"),
}
_LOOKS = ("Amber", "Slate", "Moss", "Ivory", "Cobalt", "Rust", "Plum", "Sand")
_PRAISE = (
    "made for daily use and a long life",
    "finished by hand in small lots",
    "light to carry and easy to clean",
    "with spare parts kept for ten years",
    "tested in our own kitchen before it is sold",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueProduct:
    """One product. ``price`` is in cents, ``rating`` in tenths of a star."""

    number: int
    name: str
    maker: str
    size: str
    price: int
    rating: int
    reviews: int
    stock: int
    hue: int
    text: str

    @property
    def money(self) -> str:
        """The price as shown."""
        return f"€{self.price / 100:,.2f}"


def products() -> list[CatalogueProduct]:
    """Return the whole catalogue in its order."""
    chance = random.Random(SEED)  # noqa: S311 - sample data, not secrets
    return [_product(number, chance) for number in range(1, PRODUCTS + 1)]


def _product(number: int, chance: random.Random) -> CatalogueProduct:
    kind = chance.choice(list(_KINDS))
    look, maker = chance.choice(_LOOKS), chance.choice(_MAKERS)
    return CatalogueProduct(
        number=number,
        name=f"{look} {kind} No. {number}",
        maker=maker,
        size=chance.choice(_KINDS[kind]),
        price=chance.randrange(495, 18_900, 5),
        rating=chance.randrange(28, 51),
        reviews=chance.randrange(900),
        stock=max(0, chance.randrange(-8, 60)),
        hue=chance.randrange(360),
        text=f"A {kind.lower()} in {look.lower()} from {maker}, {chance.choice(_PRAISE)} "
        f"and {chance.choice(_PRAISE)}.",
    )
