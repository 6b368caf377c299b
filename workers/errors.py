"""Every error of the product, in one tree.

    GristmillError
    ├── CallError           a call can't be served
    │   ├── Unauthorized · Forbidden · NotFound · Conflict
    │   ├── BodyTooLarge · UnsupportedMedia · RateLimited · NotAvailable
    │   └── SingleTimeout · ProcessFailed · OutOfCredits
    ├── PartUnavailable     a part we lean on does not answer (503)
    │   ├── DatabaseUnavailable · BrokerUnavailable
    │   └── StorageUnavailable · BrowserUnavailable
    ├── ObjectMissing       a name in storage has no object
    ├── StaleSlice          the slice was fenced off: whatever it did is void
    ├── FetchError          a page could not be fetched
    │   ├── passing: FetchTimeout · ConnectionFailed · DnsFailed · ProxyFailed · ServerFault
    │   │            BrowserCrashed · Blocked
    │   └── lasting: TlsFailed · AddressRefused · BadUrl · ResponseTooLong · BadContent
    │                HttpError · RedirectFault · ActionFailed · RobotsDenied · BrowserMissing
    ├── ExtractError        a page could not be read: ExtractTimeout · Unrecognized
    ├── ExportFailed        an export target did not take the file
    └── DeliveryFailed      a webhook did not answer with 2xx

What a caller sent and can't be used is ``schemas.problem.Invalid`` (400), outside this tree, for
the vocabulary imports nothing of ours. A class's docstring is its default message, ``code`` is
public and stable, and ``retry`` says whether the same attempt may succeed later.
"""

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


class PartUnavailable(GristmillError):
    """A part of the service does not answer."""

    code = "unavailable"
    retry = True


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


class FetchError(GristmillError):
    """The page could not be fetched."""

    code = "fetch_failed"


class FetchTimeout(FetchError):
    """The exchange took longer than its time."""

    code = "timeout"
    retry = True


class ConnectionFailed(FetchError):
    """The connection was refused, reset or cut."""

    code = "connection_failed"
    retry = True


class DnsFailed(FetchError):
    """The host name could not be resolved."""

    code = "dns_failed"
    retry = True


class ProxyFailed(FetchError):
    """The proxy did not pass the request on."""

    code = "proxy_failed"
    retry = True


class BrowserCrashed(FetchError):
    """The browser ended while it showed the page."""

    code = "browser_crashed"
    retry = True


class Blocked(FetchError):
    """The site answered with a block notice."""

    code = "blocked"
    retry = True


class ServerFault(FetchError):
    """The server answered with a passing fault."""

    code = "server_fault"
    retry = True

    def __init__(
        self, message: str | None = None, *, status: int = 0, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class HttpError(FetchError):
    """The server answered that there is no such page."""

    code = "http_error"

    def __init__(self, message: str | None = None, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class TlsFailed(FetchError):
    """The server's certificate or TLS handshake is not acceptable."""

    code = "tls_failed"


class AddressRefused(FetchError):
    """The address is private and not opened by ALLOWED_NETWORKS."""

    code = "address_refused"


class BadUrl(FetchError):
    """The URL can't be fetched."""

    code = "bad_url"


class ResponseTooLong(FetchError):
    """The page is longer than MAX_RESPONSE_BYTES."""

    code = "response_too_long"


class BadContent(FetchError):
    """The body can't be decoded as its headers say."""

    code = "bad_content"


class RedirectFault(FetchError):
    """The redirects end nowhere."""

    code = "redirect_fault"


class ActionFailed(FetchError):
    """A browser action could not be carried out."""

    code = "action_failed"


class RobotsDenied(FetchError):
    """The site's robots.txt forbids the page."""

    code = "robots_denied"


class BrowserMissing(FetchError):
    """The page needs a browser, and this machine has none."""

    code = "browser_unavailable"


class ExtractError(GristmillError):
    """The page could not be read."""

    code = "extract_failed"


class ExtractTimeout(ExtractError):
    """The page took more CPU time than EXTRACT_TIMEOUT."""

    code = "extract_timeout"


class Unrecognized(ExtractError):
    """The results page has a layout that is not known."""

    code = "unrecognized"


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
