"""What a storm is asked to be: read from the environment once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class StormOptions:
    """``pause``: mean seconds between two faults; ``at_once``: processes that run at a time.

    The storm ends when ``kills`` kills were dealt, or after ``minutes``; then no fault strikes any
    more, and what was accepted is waited for. ``singly``: a fault strikes only once what the last
    one hit has gone on, so that each recovery is measured by itself. ``out``: the tables' folder.
    """

    seed: int
    kills: int = 1000
    minutes: float = 60.0
    processes: int = 500
    at_once: int = 4
    pause: float = 1.5
    singly: bool = False
    out: Path = Path("build/storm")

    @property
    def processes_a_kill(self) -> float:
        """How many processes are started for each kill, so that both end together."""
        return self.processes / max(1, self.kills)


def given(environ: Mapping[str, str]) -> StormOptions:
    """Return the storm that the environment asks for: STORM_SEED, STORM_KILLS and so on."""
    kinds: dict[str, Callable[[str], object]] = {
        "seed": int,
        "kills": int,
        "minutes": float,
        "processes": int,
        "at_once": int,
    }
    kinds |= {"pause": float, "singly": lambda text: text != "0", "out": Path}
    values = {
        name: kind(environ[f"STORM_{name.upper()}"])
        for name, kind in kinds.items()
        if environ.get(f"STORM_{name.upper()}", "").strip()
    }
    return StormOptions(**{"seed": secrets.randbelow(10**6), **values})
