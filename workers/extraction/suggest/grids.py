"""Tables that are grids of cards: each cell is a record, and no column means anything."""

from __future__ import annotations

from typing import Final

from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.positions import CELLS

_FEWEST: Final = 2  # cells of a row, and elements of a cell


def is_grid_row(outline: Outline, row: int) -> bool:
    """Whether the cells of a row all hold the same elements, several each."""
    if row < 0 or outline.tags[row] != "tr":
        return False
    cells = [cell for cell in outline.children[row] if outline.children[cell]]
    if len(cells) < _FEWEST or any(outline.tags[cell] not in CELLS for cell in cells):
        return False
    shapes = {tuple(outline.tags[child] for child in outline.children[cell]) for cell in cells}
    return len(shapes) == 1 and len(shapes.pop()) >= _FEWEST
