"""How much time and how many characters one page may take, counted where Python has its turn."""

from __future__ import annotations

from time import monotonic, thread_time

from workers.errors import ExtractError, ExtractTimeout

MAX_CHARACTERS = 64 * 1024 * 1024
"""Of all values of a page together: nested blocks can repeat 10 MiB of text thousands of times."""

_STEPS = 64
"""Between two looks at the clock; a step takes 0.2 to 2 µs on ordinary pages."""


class Budget:
    """The CPU time (seconds of this thread) and the output that are left to one page."""

    __slots__ = ("_characters", "_deadline", "_earliest", "_steps")

    def __init__(self, seconds: float) -> None:
        self._earliest = monotonic() + seconds  # a thread uses no more time than there passes
        self._deadline = thread_time() + seconds
        self._characters = MAX_CHARACTERS
        self._steps = _STEPS

    def look(self) -> None:
        """Raise ``ExtractTimeout`` when the time is over.

        Asking for a thread's CPU time is a call into the kernel, five times as dear as a look at a
        clock, and a page is looked at thirty times.
        """
        if monotonic() > self._earliest and thread_time() > self._deadline:
            raise ExtractTimeout

    def step(self) -> None:
        """Count one small piece of work; every 64th looks at the clock."""
        self._steps -= 1
        if self._steps <= 0:
            self._steps = _STEPS
            self.look()

    def spend(self, value: str) -> None:
        """Count ``value`` as output of the page.

        Raises:
            ExtractError: The values of the page are longer than ``MAX_CHARACTERS`` together.
            ExtractTimeout: The time is over.
        """
        self._characters -= len(value)
        if self._characters < 0:
            raise ExtractError(f"The page's values are longer than {MAX_CHARACTERS} characters.")
        self.step()
