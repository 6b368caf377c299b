"""Sends a call and reads its answer: again where that is safe, and never past a bound of time."""

import random
import time
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import count
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, quote, urlsplit

import requests
from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

from .errors import (
    BY_CODE,
    ApiError,
    BadAnswerError,
    ClientError,
    NoAnswerError,
    NotFoundError,
)

Json: TypeAlias = dict[str, Any]
VERSION: Final = "0.1.0"  # the product's own
PASSING: Final = frozenset({429, 502, 503, 504})  # statuses that pass by themselves
CONNECT_TIMEOUT = 10.0  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between two attempts
STRANGER_PATIENCE = 5.0  # seconds for an address that has never answered: it may well be wrong
LARGEST_PAGE = 1000  # entries of a list
_LOST = (requests.Timeout, requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


class ApiTransport:
    """One API key at one address; ``timeout`` and ``patience`` as a ``Client`` has them."""

    def __init__(self, url: str, api_key: str, timeout: float, patience: float) -> None:
        self.url = url.rstrip("/").removesuffix("/v1")
        self._timeout, self._patience, self._known = timeout, patience, False
        self._session = session(self.url)
        agent = {"Accept": "application/json", "User-Agent": f"gristmill-client/{VERSION}"}
        self._session.headers.update(agent | {"X-Api-Key": api_key})
        self.close = self._session.close

    def send(
        self, call: str, *ids: str, repeat: bool = False, longer: float = 0, **options: Any
    ) -> requests.Response:
        """Return the answer to a call such as ``GET /v1/task/{id}/info``, or raise ``ClientError``.

        ``ids`` fill the path. ``repeat``: to send it twice does no more than to send it once, as
        holds of any GET. ``longer``: seconds that the answer may take beyond the usual.
        """
        method, _, path = call.partition(" ")
        began, pause = time.monotonic(), FIRST_PAUSE
        options["timeout"] = CONNECT_TIMEOUT, self._timeout + longer
        for attempt in count(1):
            try:
                return self._once(method, _filled(path, ids), options)
            except ClientError as error:
                error.attempts, wait = attempt, _pause(error, pause)
                if wait is None or not (repeat or method == "GET") or self._over(began, wait):
                    raise
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError  # it counts without an end

    def json(self, call: str, *ids: str, **options: Any) -> Json:
        """Return the JSON object that a call is answered with."""
        found: Json = json_of(self.send(call, *ids, **options))
        return found

    def gone(self, call: str, *ids: str) -> None:
        """Send a call that deletes."""
        try:
            self.send(call, *ids, repeat=True)
        except NotFoundError as error:
            if error.attempts == 1:  # else it is gone by an attempt whose answer was lost
                raise

    def each(
        self, call: str, *ids: str, most: int | None = None, **params: object
    ) -> Iterator[Json]:
        """Yield the entries of a list, ``most`` of them or all, asking for a page when needed."""
        cursor, left = "", most
        while left is None or left > 0:
            limit = LARGEST_PAGE if left is None else min(left, LARGEST_PAGE)
            asked = {**params, "limit": limit, "cursor": cursor or None}
            answer = self.send(call, *ids, params=asked)
            found = json_of(answer)
            yield from found
            cursor = next_cursor(answer)
            if not cursor:
                return
            left = None if left is None else left - len(found)

    def _over(self, began: float, wait: float) -> bool:
        patience = self._patience if self._known else min(self._patience, STRANGER_PATIENCE)
        return time.monotonic() + wait > began + patience

    def _once(self, method: str, path: str, options: Json) -> requests.Response:
        url = self.url + path
        try:  # a redirect would carry the key to wherever it leads
            answer = self._session.request(method, url, allow_redirects=False, **options)
        except requests.RequestException as error:
            if isinstance(error, _LOST) and not isinstance(error, requests.exceptions.SSLError):
                raise NoAnswerError(f"{self.url} does not answer") from error
            raise BadAnswerError(f"{self.url} can't be used: {error}") from error
        self._known = True
        if not answer.ok or answer.is_redirect:
            raise _refused(answer)
        return answer


def session(url: str) -> requests.Session:
    """Return a session for an address: no ``.netrc``, and no proxy on the way to this machine."""
    made, host = requests.Session(), urlsplit(url).hostname or ""
    made.auth = lambda request: request  # else a password of .netrc takes the place of the key
    try:
        made.trust_env = not ip_address(host).is_loopback
    except ValueError:
        made.trust_env = host != "localhost"
    return made


def json_of(answer: requests.Response) -> Any:
    """Return an answer's JSON."""
    try:
        return answer.json()
    except ValueError as error:
        raise BadAnswerError(f"{answer.url.partition('?')[0]} answered no JSON") from error


def next_cursor(answer: requests.Response) -> str:
    """Return the cursor of a list's next page, "" after the last."""
    link = answer.links.get("next", {}).get("url", "")
    return parse_qs(urlsplit(link).query).get("cursor", [""])[0]


def _filled(path: str, ids: tuple[str, ...]) -> str:
    given = iter(quote(one, safe="") for one in ids)
    return "/".join(next(given) if part[:1] == "{" else part for part in path.split("/"))


def _pause(error: ClientError, pause: float) -> float | None:
    """Return after how many seconds another attempt may go better; None: it would not."""
    if isinstance(error, ApiError) and error.status in PASSING:
        return max(pause, error.retry_after or 0)
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 - no secret
    return pause * jitter if isinstance(error, NoAnswerError) else None


def _refused(answer: requests.Response) -> ClientError:
    if answer.is_redirect:
        return BadAnswerError(f"{answer.url} leads elsewhere: use {answer.headers['Location']}")
    try:
        problem, after = answer.json(), answer.headers.get("Retry-After")
        seconds = float(Retry().parse_retry_after(after)) if after else None
    except (ValueError, InvalidHeader):
        problem, seconds = {}, None  # of a proxy
    problem = problem if isinstance(problem, dict) else {}
    kind = BY_CODE.get(str(problem.get("code")), ApiError)
    return kind(problem, answer.status_code, seconds, answer.headers.get("Process-Id", ""))
