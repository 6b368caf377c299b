"""Pages that could not be fetched."""

from __future__ import annotations

from workers.errors.base import GristmillError


class FetchError(GristmillError):
    """The page could not be fetched."""

    code = "fetch_failed"
    lenient = False
    """Whether the base fetcher may get the page if it reads the answer leniently."""


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


class NotHtml(FetchError):
    """not_html: the answer is a file and no page."""

    code = "not_html"


class MalformedHead(BadContent):
    """The head of the answer is malformed."""

    lenient = True


class OversizedHead(ResponseTooLong):
    """The head of the answer is too long."""

    lenient = True


class RedirectFault(FetchError):
    """The redirects end nowhere."""

    code = "redirect_fault"


class ActionFailed(FetchError):
    """A browser action could not be carried out."""

    code = "action_failed"


class CaptureFailed(FetchError):
    """The page could not be made into a PDF or an image."""

    code = "capture_failed"


class RobotsDenied(FetchError):
    """The site's robots.txt forbids the page."""

    code = "robots_denied"


class BrowserMissing(FetchError):
    """The page needs a browser, and this machine has none."""

    code = "browser_unavailable"
