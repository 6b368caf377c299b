"""Draws the samples of a soak, in ``benchmarks/.venv``: the product itself needs no plotter."""

import csv
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

PANELS = {
    "memory, MiB": "memory ",
    "open files": "files ",
    "connections to Postgres": "connections",
    "Redis keys": "Redis keys",
    "tables, MiB": "tables",
    "tuples": ("dead tuples", "live tuples"),
}


def main(folder: Path) -> None:
    """Read ``samples.csv`` of a folder and write ``soak.png`` beside it."""
    with (folder / "samples.csv").open(encoding="utf-8") as file:
        samples = list(csv.DictReader(file))
    minutes = [float(one["seconds"]) / 60 for one in samples]
    figure, axes = plt.subplots(3, 2, figsize=(12, 12), sharex=True, layout="constrained")
    for axis, (title, prefix) in zip(axes.flat, PANELS.items(), strict=True):
        for name in (name for name in samples[0] if name.startswith(prefix)):
            values = [float(one[name]) for one in samples]
            label = name.removeprefix(prefix) if isinstance(prefix, str) else name
            axis.plot(minutes, values, label=label or name, linewidth=1)
        axis.axvspan(minutes[0], 0, color="0.93", linewidth=0)
        axis.set_title(title)
        axis.set_ylim(bottom=0)
        axis.legend(fontsize="small", ncols=2)
    for axis in axes[-1]:
        axis.set_xlabel("minutes; grey: warm-up, not measured")
    figure.savefig(folder / "soak.png", dpi=110)


main(Path(sys.argv[1]))
