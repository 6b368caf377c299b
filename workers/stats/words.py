"""What warnings of a run are worded with."""

from __future__ import annotations

from schemas.faults import shown


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun; ``nouns`` is a plural that has more than an ``s``."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def looked_at(pages: int) -> str:
    """Return on how many pages something was seen, of those that were reported."""
    if pages == 1:
        return "on the page that was looked at"
    return f"on {pages:,} pages that were looked at"


def of_pages(number: int, total: int) -> str:
    """Return ``12 of 12 pages``."""
    return f"{number:,} of {counted(total, 'page')}"


def quoted(selector: str) -> str:
    """Return a selector as a sentence quotes it."""
    return shown(selector.strip())
