"""Calls that can not be served."""

from __future__ import annotations

from workers.errors.base import GristmillError


class CallError(GristmillError):
    """The call can't be served."""


class Unauthorized(CallError):
    """Invalid API key"""  # noqa: D415 - the published text, to the letter

    code = "unauthorized"


class Forbidden(CallError):
    """This API key may not do that."""

    code = "forbidden"


class NotFound(CallError):
    """There is nothing with this id."""

    code = "not_found"


class Conflict(CallError):
    """The object's state does not allow that."""

    code = "conflict"


class BodyTooLarge(CallError):
    """The request body is too large."""

    code = "body_too_large"


class UnsupportedMedia(CallError):
    """The request body must be JSON."""

    code = "unsupported_media"


class RequestTooSlow(CallError):
    """The request did not arrive in time."""

    code = "request_too_slow"


class RateLimited(CallError):
    """Too many calls with this key."""

    code = "rate_limited"
    retry = True


class NotAvailable(CallError):
    """This deployment can't do that."""

    code = "not_available"


class SingleTimeout(CallError):
    """The process takes longer than one call may; it goes on."""

    code = "single_timeout"


class ProcessFailed(CallError):
    """The process that this call was has failed."""

    code = "process_failed"


class OutOfCredits(CallError):
    """The account has not enough credits to complete the process; it goes on after a top-up."""

    code = "out_of_credits"
