"""Our own scripts in a page, each a file of one expression."""

from __future__ import annotations

from pathlib import Path


def script(name: str) -> str:
    """Return the script called ``name``."""
    return Path(__file__).with_name(f"{name}.js").read_text("utf-8")
