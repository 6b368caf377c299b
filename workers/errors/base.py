"""The root of the error tree."""

from __future__ import annotations

from typing import ClassVar


class GristmillError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "internal"
    retry: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        """The sentence for a person; never holds a secret."""
        return str(self.args[0])
