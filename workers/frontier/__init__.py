"""The frontier: open a slice, claim pages, commit what became of them, close the slice.

Every verb is one transaction that locks the process first and then asks whether its slice still
lives; ``StaleSlice`` means that somebody (a cancel, the sweep) has fenced it off.
"""

from workers.frontier.claims import Limits, admit, claim
from workers.frontier.commits import Batch, commit
from workers.frontier.slices import (
    abandon,
    beat,
    bury,
    close_slice,
    fence_off,
    guarded,
    open_slice,
    release,
)

__all__ = [
    "Batch",
    "Limits",
    "abandon",
    "admit",
    "beat",
    "bury",
    "claim",
    "close_slice",
    "commit",
    "fence_off",
    "guarded",
    "open_slice",
    "release",
]
