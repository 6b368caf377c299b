"""Whether a response is a page: a pure decision by its status (RFC 9110, 15)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from workers.errors import FetchError, HttpError, RedirectFault, ServerFault
from workers.fetchers.base import Response
from workers.fetchers.redirects import REDIRECTS

PASSING = frozenset((408, 425, 429))
_SERVER_FAULTS = range(500, 600)
_LONGEST_NUMBER = 12  # digits of a Retry-After; more seconds than anybody means


def classify(response: Response) -> FetchError | None:
    """Return None for a page, else the error that the answer is.

    2xx is a page; 204 and 205 are one without content. 206 is none: we never ask for a part, and a
    part taken for the whole would lose data unseen. 408, 425, 429 and 5xx pass; all else lasts.
    Ask ``redirects.redirect_target`` first: a redirect that comes here leads nowhere.
    """
    status = response.status
    if status == HTTPStatus.PARTIAL_CONTENT:
        return HttpError("The server answered 206 with a part of the page.", status=status)
    if HTTPStatus(200) <= status < HTTPStatus(300):
        return None
    if status in PASSING or status in _SERVER_FAULTS:
        return ServerFault(_sentence(status), status=status, retry_after=retry_after(response))
    if status in REDIRECTS:
        return RedirectFault(f"The server answered {status} without a Location that can be read.")
    return HttpError(_sentence(status), status=status)


def _sentence(status: int) -> str:
    try:
        return f"The server answered {status} {HTTPStatus(status).phrase}."
    except ValueError:
        return f"The server answered {status}."


def retry_after(response: Response, *, now: datetime | None = None) -> float | None:
    """Return the seconds that Retry-After asks for (RFC 9110, 10.2.3), or None.

    A date is taken against the response's own Date, so that a wrong clock on either side does not
    matter, and against ``now`` (default: the present) if there is none.
    """
    text = (response.header("retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:_LONGEST_NUMBER])
    then = _date(text)
    if then is None:
        return None
    since = _date(response.header("date") or "") or now or datetime.now(UTC)
    return max(0.0, (then - since).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
