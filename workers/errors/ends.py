"""Pages that could not be read, and files and letters that did not arrive."""

from __future__ import annotations

from workers.errors.base import GristmillError


class ExtractError(GristmillError):
    """The page could not be read."""

    code = "extract_failed"


class ExtractTimeout(ExtractError):
    """The page took more CPU time than EXTRACT_TIMEOUT."""

    code = "extract_timeout"


class Unrecognized(ExtractError):
    """unrecognized: the results page has a layout that is not known."""

    code = "unrecognized"


class PlanUnusable(GristmillError):
    """This release can't use the payload with which the process was started."""


class ExportFailed(GristmillError):
    """The export target did not take the file."""

    code = "export_failed"

    def __init__(self, message: str | None = None, *, again: bool = True) -> None:
        super().__init__(message)
        self.again = again


class DeliveryFailed(GristmillError):
    """The webhook's receiver did not answer with 2xx."""

    code = "delivery_failed"
    retry = True

    def __init__(self, message: str | None = None, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
