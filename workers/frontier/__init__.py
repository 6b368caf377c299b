"""The frontier: open a slice, claim pages, commit what became of them, close the slice.

Every verb is one transaction that locks the process first and then asks whether its slice still
lives; ``StaleSlice`` means that somebody (a cancel, the sweep) has fenced it off.
"""

from workers.frontier.claims import Limits, admit, claim
from workers.frontier.commits import commit
from workers.frontier.slices import (
    Cause,
    beat,
    close_slice,
    fence_off,
    guarded,
    open_slice,
    release_slice,
)

__all__ = [
    "Cause",
    "Limits",
    "admit",
    "beat",
    "claim",
    "close_slice",
    "commit",
    "fence_off",
    "guarded",
    "open_slice",
    "release_slice",
]
