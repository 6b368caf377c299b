"""Run a constant load for a long time and say whether anything grows.

``python -m benchmarks.soak``; SOAK_MINUTES (30) is the time that is measured, SOAK_WARM_UP (15) the
minutes before it. Writes samples, a table and, where ``benchmarks/.venv`` has matplotlib, a plot to
SOAK_OUT (``build/soak``).
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import redis

from benchmarks.rig.site import quick_site
from benchmarks.rig.stack import stack
from benchmarks.soak.load import SoakLoad
from benchmarks.soak.sample import sample
from benchmarks.soak.slope import slope
from deploy.local.home import Home
from tests.builders.receivers import receiver

SAMPLE_EVERY = 5.0  # seconds
SAY_EVERY = 60.0  # seconds
PAD, DELAY = 20_000, 0.1  # bytes added to a page; seconds until it comes
SETTINGS = {"ALLOWED_NETWORKS": "127.0.0.0/8", "RATE_LIMIT": "10000/second"}  # for the crowd
HERE = Path(__file__).parent
PLOTTER = HERE.parent / ".venv" / "bin" / "python"
Samples = Sequence[Mapping[str, float]]


def measure(warm_up: float, seconds: float) -> list[dict[str, float]]:
    """Return samples of the time after ``warm_up`` (both seconds)."""
    samples: list[dict[str, float]] = []
    with (
        quick_site(pad=PAD, delay=DELAY) as (site, _),
        receiver() as hooks,
        stack(SETTINGS) as running,
    ):
        address = Home(running.home).saved_environment()["REDIS_URL"]
        load, broker = SoakLoad(running.url, site, hooks.url), redis.Redis.from_url(address)
        load.crowd()
        load.start()
        began = said = time.monotonic()
        while (now := time.monotonic() - began) < warm_up + seconds:
            samples.append({"seconds": now - warm_up, **sample(running, broker, running.home)})
            if time.monotonic() - said > SAY_EVERY:
                said = time.monotonic()
                _say(f"{now:.0f} s: {load.ended} processes ended, {len(load.errors)} errors")
            time.sleep(SAMPLE_EVERY)
        load.stop()
        _say(
            f"{load.ended} processes ended, {len(hooks.got)} webhooks came;"
            f" errors: {load.errors[:5] or 'none'}"
        )
    return samples


def table(samples: Samples) -> str:
    """Return the slope of everything after the warm-up, as Markdown."""
    kept = [one for one in samples if one["seconds"] >= 0]
    times = [one["seconds"] for one in kept]
    lines = [
        "| what | level | slope an hour | 95 % interval | includes 0 | block correlation |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in (name for name in kept[0] if name != "seconds"):
        found = slope(times, [one[name] for one in kept])
        lines.append(
            f"| {name} | {found.level:.1f} | {found.slope:+.2f} | {found.low:+.2f} …"
            f" {found.high:+.2f} | {'yes' if found.flat else 'NO'} | {found.correlation:.2f} |"
        )
    return "\n".join(lines) + "\n"


def _say(line: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, and write what was found."""
    out = Path(os.environ.get("SOAK_OUT", "build/soak"))
    out.mkdir(parents=True, exist_ok=True)
    minutes = float(os.environ.get("SOAK_MINUTES", "30"))
    warm_up = float(os.environ.get("SOAK_WARM_UP", "15"))
    _say(f"{warm_up:g} min to warm up, {minutes:g} min measured")
    samples = measure(warm_up * 60, minutes * 60)
    with (out / "samples.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(samples[0]))
        writer.writeheader()
        writer.writerows(samples)
    text = table(samples)
    (out / "slopes.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    if PLOTTER.exists():
        given = [str(PLOTTER), str(HERE / "plot.py"), str(out)]
        subprocess.run(given, check=True)  # noqa: S603 - our own program
        _say(f"plot in {out / 'soak.png'}")


if __name__ == "__main__":
    main()
