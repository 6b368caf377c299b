"""Headers of an ordinary visitor that speaks the payload's language."""

from __future__ import annotations

from schemas.plan import Serp
from workers.serp.base import Pairs

USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def visitor(serp: Serp) -> Pairs:
    """Return ``User-Agent``, ``Accept`` and ``Accept-Language`` (English where none is asked)."""
    return (
        ("User-Agent", USER_AGENT),
        ("Accept", ACCEPT),
        ("Accept-Language", accept_language(serp)),
    )


def accept_language(serp: Serp) -> str:
    """Return the header's value, as in ``de-AT,de;q=0.9,en;q=0.5``."""
    language = serp.language or "en"
    short = language.partition("-")[0].lower()
    local = f"{short}-{serp.country.upper()}" if serp.country and "-" not in language else language
    ranks = dict.fromkeys([local, short, "en"])
    weights = ("", ";q=0.9", ";q=0.5")
    return ",".join(f"{name}{weight}" for name, weight in zip(ranks, weights, strict=False))
