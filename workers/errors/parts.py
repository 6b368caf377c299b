"""Parts that do not answer, and what is not or no longer there."""

from __future__ import annotations

from workers.errors.base import GristmillError


class PartUnavailable(GristmillError):
    """A part of the service does not answer."""

    code = "unavailable"
    retry = True

    def __init__(self, message: str | None = None, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        """Why, in words for those who run the service; callers of the API do not see it."""


class DatabaseUnavailable(PartUnavailable):
    """The database does not answer."""

    code = "database_unavailable"


class BrokerUnavailable(PartUnavailable):
    """The message broker does not answer."""

    code = "broker_unavailable"


class StorageUnavailable(PartUnavailable):
    """The object storage does not answer."""

    code = "storage_unavailable"


class BrowserUnavailable(PartUnavailable):
    """No Chromium was found on this machine."""

    code = "browser_unavailable"
    retry = False


class ObjectMissing(GristmillError):
    """There is no such object in storage."""

    code = "object_missing"


class StaleSlice(GristmillError):
    """The slice was fenced off; its work is void."""

    code = "stale_slice"
