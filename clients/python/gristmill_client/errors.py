"""What may go wrong, all of it a ``ClientError``; what the service refuses has a class a code."""

from typing import Any, Final


class ClientError(Exception):
    """Something that this client could not do. ``attempts``: how often the call was sent."""

    attempts = 1


class NoAnswerError(ClientError):
    """Nothing came back, or only a part of it; whether the call took place is not known."""


class BadAnswerError(ClientError):
    """What came back is no answer of a Gristmill: is the address right?"""


class WaitTimeoutError(ClientError, TimeoutError):
    """The time given to ``Run.wait`` is over; the run goes on."""


class SignatureError(ClientError, ValueError):
    """A webhook whose signature or time shows that it is not the service's own."""


class ApiError(ClientError):
    """The service refused a call; of this class itself where the code is not known here.

    ``errors`` holds every fault as ``{"pointer", "detail"}``; ``retry_after`` seconds, if the
    service named a time; ``process_id`` the process of a single call, "" of all others.
    """

    def __init__(
        self, problem: dict[str, Any], status: int, retry_after: float | None, process_id: str
    ) -> None:
        self.status, self.code = status, str(problem.get("code", ""))
        self.detail = str(problem.get("detail") or f"The service answered {status}.")
        self.errors: list[dict[str, str]] = list(problem.get("errors") or ())
        self.retry_after, self.process_id = retry_after, process_id
        faults = (f"  {fault.get('pointer')}: {fault.get('detail')}" for fault in self.errors)
        super().__init__("\n".join((self.detail, *faults)))


BY_CODE: Final[dict[str, type[ApiError]]] = {}
"""The ``code`` of a problem document → the class for it."""


def _of(code: str, says: str) -> type[ApiError]:
    """Make the class of a code: ``NotFoundError`` of ``not_found``."""
    name = f"{code.title().replace('_', '')}Error"
    BY_CODE[code] = type(name, (ApiError,), {"__doc__": says, "__module__": __name__})
    return BY_CODE[code]


InvalidError = _of("invalid", "The call can't be used; ``errors`` names each place and cure.")
UnauthorizedError = _of("unauthorized", "The key is missing, unknown, revoked or disabled.")
OutOfCreditsError = _of("out_of_credits", "The account has not enough credits.")
ForbiddenError = _of("forbidden", "The key's scopes do not include this call.")
NotFoundError = _of("not_found", "There is no such object, or it is another account's.")
MethodNotAllowedError = _of("method_not_allowed", "The address does not answer that method.")
ConflictError = _of("conflict", "The object's state does not allow it.")
BodyTooLargeError = _of("body_too_large", "The body is longer than the service takes.")
UnsupportedMediaError = _of("unsupported_media", "The body is of a type that is not read.")
RequestTooSlowError = _of("request_too_slow", "The request did not arrive in time.")
UrlTooLongError = _of("url_too_long", "The request's URL is too long.")
RateLimitedError = _of("rate_limited", "Too many calls with this key; see ``retry_after``.")
HeaderTooLargeError = _of("header_too_large", "The request's headers are too long.")
InternalError = _of("internal", "Something went wrong in the service, which has logged it.")
NotAvailableError = _of("not_available", "This deployment can't do that.")
ProcessFailedError = _of("process_failed", "The process of a single call failed.")
UnavailableError = _of("unavailable", "The service can't serve just now.")
DatabaseUnavailableError = _of("database_unavailable", "The database is away just now.")
BrokerUnavailableError = _of("broker_unavailable", "The broker is away just now.")
StorageUnavailableError = _of("storage_unavailable", "The storage is away just now.")
BrowserUnavailableError = _of("browser_unavailable", "The service has no browser.")
SingleTimeoutError = _of("single_timeout", "A single call took too long; its process goes on.")
