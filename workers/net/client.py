"""One HTTP call within a deadline that holds for all of it, however slowly the server answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests import exceptions

from workers import errors
from workers.errors import FetchError, FetchTimeout
from workers.net.guard import Networks, check_url
from workers.net.session import GuardedAdapter, OpenConnections
from workers.net.trust import trust

AGENT = "Gristmill/0.1"
CHUNK = 16_384  # bytes read at once
GRACE = 1.0  # seconds for a cut connection to be noticed

FAULTS: Final[tuple[tuple[type[Exception], type[FetchError]], ...]] = (
    (exceptions.SSLError, errors.TlsFailed),
    (exceptions.ProxyError, errors.ProxyFailed),
    (exceptions.Timeout, errors.FetchTimeout),
    (exceptions.ConnectionError, errors.ConnectionFailed),
    (exceptions.ChunkedEncodingError, errors.ConnectionFailed),
    (exceptions.ContentDecodingError, errors.BadContent),
    (exceptions.TooManyRedirects, errors.RedirectFault),
    (exceptions.InvalidURL, errors.BadUrl),
    (exceptions.InvalidSchema, errors.BadUrl),
    (exceptions.MissingSchema, errors.BadUrl),
    (exceptions.URLRequired, errors.BadUrl),
    (exceptions.InvalidHeader, errors.BadUrl),
    (exceptions.RequestException, errors.ConnectionFailed),
    (urllib3.exceptions.LocationParseError, errors.BadUrl),
    (urllib3.exceptions.HTTPError, errors.ConnectionFailed),
    (HTTPException, errors.ConnectionFailed),
    (OSError, errors.ConnectionFailed),
    (ValueError, errors.BadUrl),
)
"""What ``requests`` and what is below it raise, the narrow ones first, and what that is to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. ``timeout`` is seconds for all of it, ``max_bytes`` what is read of a body."""

    method: str
    url: str
    headers: Mapping[str, str]
    data: bytes | Iterable[bytes] | None = None
    timeout: float = 15.0
    max_bytes: int = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back; header names in lower case. ``whole``: the body ended within its bounds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


class _Work:
    """A call that is made by a thread of its own, so that nothing can keep its caller waiting."""

    def __init__(self, call: Call, networks: Networks) -> None:
        self._call, self._networks = call, networks
        self._deadline = time.monotonic() + call.timeout
        self._answer: HttpAnswer | None = None
        self._error: BaseException | None = None
        self.connections = OpenConnections()
        self.thread = threading.Thread(target=self._run, name="call", daemon=True)

    def _run(self) -> None:
        try:
            adapter = GuardedAdapter(self._networks, self.connections)
            try:
                self._exchange(adapter)
            finally:
                adapter.close()
        except BaseException as error:  # noqa: BLE001 - told to the caller's thread
            self._error = error
        finally:
            self.connections.close()

    def _exchange(self, adapter: GuardedAdapter) -> None:
        """Send the request past any session, which would read a redirect's body without end."""
        call = self._call
        check_url(call.url)
        request = requests.Request(
            call.method,
            call.url,
            headers={"Accept-Encoding": "identity", "User-Agent": AGENT, **call.headers},
            data=call.data,
        ).prepare()
        host = urlsplit(request.url or "").hostname or ""
        verify = trust().ca_file if trust().verifies(host) else False
        response = adapter.send(request, stream=True, timeout=call.timeout, verify=verify)
        if (
            self.connections.is_cut
        ):  # http.client takes the end of a cut line for the end of the headers
            response.close()
            raise FetchTimeout
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._answer = HttpAnswer(
            status=response.status_code, headers=headers, body=b"", whole=False
        )
        self._read(response, headers)
        response.close()

    def _read(self, response: requests.Response, headers: Mapping[str, str]) -> None:
        """Read the body within its bounds; whatever stops it, the status stands."""
        body = bytearray()
        whole = False
        with suppress(urllib3.exceptions.HTTPError, HTTPException, OSError):
            while len(body) <= self._call.max_bytes and time.monotonic() < self._deadline:
                chunk = response.raw.read1(CHUNK)
                if not chunk:
                    whole = True
                    break
                body += chunk
        self._answer = HttpAnswer(
            status=response.status_code,
            headers=headers,
            body=bytes(body[: self._call.max_bytes]),
            whole=whole,
        )

    def result(self) -> HttpAnswer:
        """Return the answer; the status counts as one although the body never ended."""
        if self._answer is not None:
            return self._answer
        if self._error is None or time.monotonic() >= self._deadline:
            raise FetchTimeout(f"There was no answer within {self._call.timeout:g} s.")
        raise self._error


def send(call: Call, networks: Networks) -> HttpAnswer:
    """Make the call and return the answer, whatever its status; a redirect is an answer too.

    Raises a child of ``FetchError``. At the deadline the connection is cut, wherever it stands; a
    look-up of a name can't be, and is left behind.
    """
    work = _Work(call, networks)
    work.thread.start()
    work.thread.join(call.timeout)
    if work.thread.is_alive():
        work.connections.cut()
        work.thread.join(GRACE)
    try:
        return work.result()
    except FetchError:
        raise
    except tuple(foreign for foreign, _ in FAULTS) as error:
        raise _ours(error) from error


def _ours(error: Exception) -> FetchError:
    """Translate by ``FAULTS``; the message is ours, for theirs may hold the URL's secrets."""
    if "NameResolutionError" in repr(error):
        return errors.DnsFailed()
    return next(ours for foreign, ours in FAULTS if isinstance(error, foreign))()
