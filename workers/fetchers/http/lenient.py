"""An exchange over a connection of libcurl's whose HTTP is read here, past what libcurl refuses.

libcurl resolves, asks the guard, goes through the proxy and speaks TLS; with CONNECT_ONLY it then
hands the connection over (https://curl.se/libcurl/c/CURLOPT_CONNECT_ONLY.html).
"""

from __future__ import annotations

import time

import ada_url
import pycurl

from workers.errors import BadUrl, FetchError
from workers.fetchers.base import Exchange, FetchRequest
from workers.fetchers.http.handle import RECEIVE_BUFFER, SLACK, CurlHandle
from workers.fetchers.http.headers import redirects
from workers.fetchers.http.message import MessageReader


class LenientHandle(CurlHandle):
    """A handle for one request without a form: ``step`` goes on with it once it is connected."""

    __slots__ = ("_error", "_reader", "_unsent", "deadline")

    def load(self, request: FetchRequest, url: str, lines: list[bytes], cookies: bytes) -> None:
        """Set the options for the connection, and keep what is to be sent over it."""
        method = request.method.upper()
        if method not in {"GET", "HEAD"} or request.form_data:
            raise BadUrl("A request with a form is not sent a second time.")
        super().load(request, url, lines, b"")
        self.single_use = True
        for option, value in (
            (pycurl.CONNECT_ONLY, 1),
            (pycurl.FRESH_CONNECT, 1),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.HTTPPROXYTUNNEL, 1),
        ):
            self.curl.setopt(option, value)
        self.deadline = time.monotonic() + request.timeout
        self._error: FetchError | None = None
        self._reader = MessageReader(request.max_bytes + SLACK, bodiless=method == "HEAD")
        self._unsent = bytearray(request_bytes(method, url, lines, cookies))

    @property
    def wants_to_send(self) -> bool:
        """Whether a part of the request could not be sent yet."""
        return bool(self._unsent)

    def step(self) -> bool:
        """Send and receive as much as goes at once; True when the exchange has ended."""
        try:
            while self._unsent:
                del self._unsent[: self.curl.send(self._unsent)]
            while not self._has_answer():
                data = self.curl.recv(RECEIVE_BUFFER)
                if data:
                    self._reader.feed(data)
                else:
                    self._reader.close()
        except BlockingIOError:
            return False
        except FetchError as error:
            # A redirect's head may have come with a body that can't be read, and that nobody needs.
            self._error = None if redirects(self._reader.lines) else error
        except pycurl.error as error:
            self._error = self._fault(*error.args)
        return True

    def _has_answer(self) -> bool:
        return self._reader.done or redirects(self._reader.lines)

    def finish(self, code: int = 0, detail: str = "") -> Exchange:
        """Return the exchange that ended, by itself or with libcurl's ``code``."""
        self._lines.extend(self._reader.lines)
        self._chunks.append(bytes(self._reader.body))
        exchange = super().finish(code, detail)
        if self._error is None:
            return exchange
        return Exchange(key=exchange.key, error=self._error, milliseconds=exchange.milliseconds)

    def _status(self) -> int:
        return self._reader.status


def request_bytes(method: str, url: str, lines: list[bytes], cookies: bytes) -> bytes:
    """Return the request for ``url`` (in its normal form) with ``lines`` as libcurl takes them."""
    parsed = ada_url.URL(url)
    head = [f"{method} {parsed.pathname}{parsed.search} HTTP/1.1".encode()]
    if not any(line.lower().startswith(b"host:") for line in lines):
        head.append(f"Host: {parsed.host}".encode())
    # "Name:" drops a header of libcurl's own, and "Name;" is one without a value.
    head += [
        line[:-1] + b":" if line.endswith(b";") and b":" not in line else line for line in lines
    ]
    head.remove(b"Expect:")
    if cookies:
        head.append(b"Cookie: " + cookies)
    return b"\r\n".join([*head, b"Connection: close", b"", b""])
