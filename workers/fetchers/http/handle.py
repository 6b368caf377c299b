"""One reusable libcurl handle: told a request, it collects what comes back and makes an exchange.

Setting an option costs more than most of what else we do a page, so a slot remembers what it last
told its handle and only says what changed.
"""

from __future__ import annotations

import socket
import time
from urllib.parse import urlencode

import pycurl

from workers.errors import AddressRefused, BadUrl, FetchError, ProxyFailed
from workers.fetchers.base import Exchange, FetchRequest, Response
from workers.fetchers.guard import Networks, allowed
from workers.fetchers.http.body import decode_body
from workers.fetchers.http.faults import fault
from workers.fetchers.http.headers import parse_lines

RECEIVE_BUFFER = 65_536  # bytes a callback gets at most
SLACK = 65_536  # bytes that a coded body may be longer than the decoded bound
PROXY_AUTH_REQUIRED = 407

Sockaddr = tuple[int, int, int, tuple[str, int]]
"""Family, type, protocol and address, as libcurl's opensocket callback gets them."""


class _Handed(socket.socket):
    """A socket that libcurl gets a copy of; ours closes without a warning as it is let go."""

    def __del__(self) -> None:
        self.close()


class Slot:
    """A handle and its buffers. Never used for two requests at once."""

    __slots__ = (
        "_chunks", "_lines", "_networks", "_opened", "_proxy", "_refused", "_request", "_said",
        "_started", "handle", "once",
    )  # fmt: skip

    def __init__(self, networks: Networks, share: pycurl.CurlShare, ca_file: str) -> None:
        self.handle = pycurl.Curl()
        self.once = False
        self._networks = networks
        self._chunks: list[bytes] = []
        self._lines: list[bytes] = []
        self._said: dict[int, object] = {}
        self._proxy = ""
        self._configure(share, ca_file)

    def _configure(self, share: pycurl.CurlShare, ca_file: str) -> None:
        handle = self.handle
        for option, value in (
            (pycurl.NOSIGNAL, 1),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.HTTP09_ALLOWED, 0),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS),
            (pycurl.PATH_AS_IS, 1),
            (pycurl.NETRC, pycurl.NETRC_IGNORED),
            # An empty string, unlike none, keeps libcurl from reading the environment.
            (pycurl.PROXY, ""),
            (pycurl.NOPROXY, ""),
            (pycurl.USERAGENT, ""),
            (pycurl.CAINFO, ca_file),
            (pycurl.SHARE, share),
            (pycurl.COOKIEFILE, ""),
            (pycurl.BUFFERSIZE, RECEIVE_BUFFER),
            (pycurl.OPENSOCKETFUNCTION, self._open_socket),
            (pycurl.WRITEFUNCTION, self._chunks.append),
            (pycurl.HEADERFUNCTION, self._lines.append),
        ):
            handle.setopt(option, value)

    def _open_socket(self, _purpose: int, address: Sockaddr) -> socket.socket | int:
        """Open the socket that libcurl is about to connect, if the guard allows its address."""
        family, kind, protocol, where = address
        if not self._proxy and not allowed(str(where[0]), where[1], self._networks):
            self._refused = True
            return int(pycurl.SOCKET_BAD)
        self._opened = True
        return _Handed(family, kind, protocol)

    def _say(self, option: int, value: object) -> None:
        if self._said.get(option) != value:
            self._said[option] = value
            self.handle.setopt(option, value)

    def load(self, request: FetchRequest, url: str, lines: list[bytes], cookies: bytes) -> None:
        """Tell the handle what ``request`` asks for; ``url`` is its normal form."""
        self._request = request
        self._opened = self._refused = False
        self.handle.setopt(pycurl.URL, url)
        self._say(pycurl.HTTPHEADER, lines)
        self._say(pycurl.TIMEOUT_MS, max(1, int(request.timeout * 1000)))
        self._say(pycurl.MAXFILESIZE_LARGE, request.max_bytes + SLACK)
        if request.proxy != self._proxy:
            self._proxy = request.proxy
            # The SOCKS proxy resolves the name: an address found here would be used unchecked.
            self._say(pycurl.PROXY, request.proxy.replace("socks5://", "socks5h://", 1))
        if cookies or pycurl.COOKIE in self._said:
            self._cookies(cookies)
        if request.method != "GET" or request.form_data:
            self._method(request)
        self._started = time.perf_counter()

    def _cookies(self, cookies: bytes) -> None:
        if cookies:
            self._say(pycurl.COOKIE, cookies)
        else:
            del self._said[pycurl.COOKIE]
            self.handle.unsetopt(pycurl.COOKIE)

    def _method(self, request: FetchRequest) -> None:
        """Set up what is not a plain GET; such a handle is used once.

        It takes a connection of its own: libcurl silently repeats a request whose reused connection
        had just been closed, and a form must not be sent twice.
        """
        self.once = True
        method = "POST" if request.method == "GET" else request.method.upper()
        if not (method.isascii() and method.isalpha()):
            raise BadUrl("The request's method can't be sent.")
        if method == "HEAD":
            self.handle.setopt(pycurl.NOBODY, 1)
            return
        self.handle.setopt(pycurl.FRESH_CONNECT, 1)
        if request.form_data or method in ("POST", "PUT", "PATCH"):
            self.handle.setopt(pycurl.POSTFIELDS, urlencode(request.form_data))
        if method != "POST":
            self.handle.setopt(pycurl.CUSTOMREQUEST, method)

    def done(self, code: int = 0, detail: str = "") -> Exchange:
        """Return the exchange that ended with libcurl's ``code`` and forget it."""
        key = self._request.key
        milliseconds = int((time.perf_counter() - self._started) * 1000)
        try:
            if code:
                raise self._fault(code, detail)
            response = self._response(milliseconds)
        except FetchError as error:
            return Exchange(key=key, error=error, milliseconds=milliseconds)
        finally:
            self._chunks.clear()
            self._lines.clear()
        return Exchange(key=key, response=response, milliseconds=milliseconds)

    def _fault(self, code: int, detail: str) -> FetchError:
        if code == pycurl.E_COULDNT_CONNECT and self._refused and not self._opened:
            return AddressRefused()
        return fault(code, detail, proxied=bool(self._proxy))

    def _response(self, milliseconds: int) -> Response:
        status = self.handle.getinfo(pycurl.RESPONSE_CODE)
        if self._proxy and status == PROXY_AUTH_REQUIRED:
            raise ProxyFailed("The proxy does not accept the user and password.")
        chunks = self._chunks
        raw = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        headers = parse_lines(self._lines)
        codings = ",".join([value for name, value in headers if name == "content-encoding"])
        return Response(
            url=self._request.url,
            status=status,
            headers=headers,
            body=decode_body(raw, codings, self._request.max_bytes),
            milliseconds=milliseconds,
            wire_bytes=len(raw) + sum(map(len, self._lines)),
        )
