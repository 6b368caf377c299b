"""Draws what ``compare`` found: JSON on standard input → the PNG file that is named."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

OURS, THEIRS, EDGE = "#2f7d4f", "#9aa5b1", "#22303c"
PANELS = (("cpu", "CPU ms a page", "{:.2f}"), ("rate", "pages a second, one core", "{:.0f}"),
          ("memory", "peak memory, MiB", "{:.0f}"))  # fmt: skip


def draw(report: dict[str, Any], file: Path) -> None:
    """Draw ``report`` (``about``, and the lines of ``contenders``) into ``file``."""
    lines = report["contenders"][::-1]
    names = [line["name"].replace(", ", ",\n") for line in lines]
    colours = [OURS if line["name"].startswith("Gristmill") else THEIRS for line in lines]
    figure, panels = plt.subplots(1, 3, figsize=(13, 4.2), sharey=True, layout="constrained")
    for panel, (key, title, form) in zip(panels, PANELS, strict=True):
        bars = panel.barh(names, [line[key] for line in lines], color=colours)
        panel.bar_label(bars, fmt=form, padding=3, color=EDGE)
        panel.set_title(title, fontsize=11, color=EDGE)
        panel.margins(x=0.18)
        panel.spines[["top", "right"]].set_visible(False)
    figure.supxlabel(textwrap.fill(report["about"], 170), fontsize=7, color=EDGE)
    figure.savefig(file, dpi=110)


if __name__ == "__main__":
    draw(json.load(sys.stdin), Path(sys.argv[1]))
