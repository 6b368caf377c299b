"""What is wrong with an input, named place by place (RFC 9457 problem documents carry these)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (an RFC 6901 JSON pointer) and what to do about it."""

    pointer: str
    detail: str


class Invalid(ValueError):
    """The input can't be used; ``faults`` names everything that is wrong with it at once."""

    def __init__(
        self, faults: Iterable[Fault], message: str = "The request can't be used."
    ) -> None:
        super().__init__(message)
        self.faults = tuple(faults)
