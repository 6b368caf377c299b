"""One reusable libcurl handle: it sends a request, collects what comes back, makes an exchange.

Setting an option costs more than most of what else we do a page, so a handle remembers the options
that it last set and sets only what changed.
"""

from __future__ import annotations

import socket
import time
from urllib.parse import urlencode, urlsplit

import pycurl

from workers.errors import AddressRefused, BadUrl, ConnectionFailed, FetchError, ProxyFailed
from workers.fetchers.base import Exchange, FetchRequest, Response
from workers.fetchers.http.body import decode_body
from workers.fetchers.http.faults import fault
from workers.fetchers.http.headers import parse_lines, redirects
from workers.fetchers.redirects import REDIRECTS
from workers.net.guard import Networks, allowed
from workers.net.trust import trust

RECEIVE_BUFFER = 65_536  # bytes a callback gets at most
SLACK = 65_536  # bytes that a coded body may be longer than the decoded bound
REDIRECT_BYTES = 16_384
"""What is read of a redirect's body, which nobody needs: a short one lets the connection be used
again."""

PROXY_AUTH_REQUIRED = 407

Sockaddr = tuple[int, int, int, tuple[str, int]]
"""Family, type, protocol and address, as libcurl's opensocket callback gets them."""


class _LentSocket(socket.socket):
    """A socket of which libcurl keeps a duplicate; ours closes without a warning when dropped."""

    def __del__(self) -> None:
        self.close()


class CurlHandle:
    """A ``pycurl.Curl`` and its buffers. Never used for two requests at once."""

    __slots__ = (
        "_chunks", "_lines", "_networks", "_opened", "_proxy", "_refused", "_request", "_room",
        "_set_options", "_started", "_trust", "curl", "is_stalling", "single_use",
    )  # fmt: skip

    def __init__(self, networks: Networks, share: pycurl.CurlShare) -> None:
        self.curl = pycurl.Curl()
        self.single_use = False
        self._networks = networks
        self._chunks: list[bytes] = []
        self._lines: list[bytes] = []
        self._set_options: dict[int, object] = {}
        self._proxy = ""
        self._room: int | None = None
        self._trust = trust()
        self._configure(share)

    def _configure(self, share: pycurl.CurlShare) -> None:
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
            (pycurl.CAINFO, self._trust.ca_file),
            (pycurl.SHARE, share),
            (pycurl.COOKIEFILE, ""),
            (pycurl.BUFFERSIZE, RECEIVE_BUFFER),
            (pycurl.OPENSOCKETFUNCTION, self._open_socket),
            (pycurl.WRITEFUNCTION, self._write),
            (pycurl.HEADERFUNCTION, self._lines.append),
        ):
            self.curl.setopt(option, value)

    def _open_socket(self, _purpose: int, address: Sockaddr) -> socket.socket | int:
        """Open the socket that libcurl is about to connect, if the guard allows its address."""
        family, kind, protocol, endpoint = address
        if not self._proxy and not allowed(str(endpoint[0]), endpoint[1], self._networks):
            self._refused = True
            return int(pycurl.SOCKET_BAD)
        self._opened = True
        return _LentSocket(family, kind, protocol)

    def _write(self, chunk: bytes) -> int:
        """Keep a piece of the body; libcurl stops when less than all of it is taken."""
        if not self._chunks and redirects(self._lines):
            self._room = REDIRECT_BYTES
        self._chunks.append(chunk)
        if self._room is None:
            return len(chunk)
        self._room -= len(chunk)
        return len(chunk) if self._room >= 0 else 0

    def has_enough(self) -> bool:
        """Whether what came is all that is needed, however the exchange ends: a redirect's head."""
        full = self._room is not None and self._room < 0
        return full or redirects(self._lines)

    def _set(self, option: int, value: object) -> None:
        if self._set_options.get(option) != value:
            self._set_options[option] = value
            self.curl.setopt(option, value)

    def load(self, request: FetchRequest, url: str, lines: list[bytes], cookies: bytes) -> None:
        """Set the options for ``request``; ``url`` is its normal form."""
        self._request = request
        self._opened = self._refused = self.is_stalling = False
        self._room = request.max_bytes + SLACK if request.partial else None
        self.curl.setopt(pycurl.URL, url)
        if self._trust.insecure_hosts:
            self._verify(self._trust.verifies(urlsplit(url).hostname or ""))
        self._set(pycurl.HTTPHEADER, lines)
        self._set(pycurl.TIMEOUT_MS, max(1, int(request.timeout * 1000)))
        most = 0 if request.partial else request.max_bytes + SLACK
        self._set(pycurl.MAXFILESIZE_LARGE, most)
        if request.proxy != self._proxy:
            self._proxy = request.proxy
            # The SOCKS proxy resolves the name: an address found here would be used unchecked.
            self._set(pycurl.PROXY, request.proxy.replace("socks5://", "socks5h://", 1))
        if cookies or pycurl.COOKIE in self._set_options:
            self._cookies(cookies)
        if request.method != "GET" or request.form_data:
            self._method(request)
        self._started = time.perf_counter()

    def _verify(self, looked_at: bool) -> None:  # noqa: FBT001 - of one caller
        self._set(pycurl.SSL_VERIFYPEER, int(looked_at))
        self._set(pycurl.SSL_VERIFYHOST, 2 if looked_at else 0)  # 2: the name too

    def _cookies(self, cookies: bytes) -> None:
        if cookies:
            self._set(pycurl.COOKIE, cookies)
        else:
            del self._set_options[pycurl.COOKIE]
            self.curl.unsetopt(pycurl.COOKIE)

    def _method(self, request: FetchRequest) -> None:
        """Set up what is not a plain GET; such a handle is used once.

        It takes a connection of its own: libcurl silently repeats a request whose reused connection
        had just been closed, and a form must not be sent twice.
        """
        self.single_use = True
        method = "POST" if request.method == "GET" else request.method.upper()
        if not (method.isascii() and method.isalpha()):
            raise BadUrl("The request's method can't be sent.")
        if method == "HEAD":
            self.curl.setopt(pycurl.NOBODY, 1)
            return
        self.curl.setopt(pycurl.FRESH_CONNECT, 1)
        if request.form_data or method in ("POST", "PUT", "PATCH"):
            self.curl.setopt(pycurl.POSTFIELDS, urlencode(request.form_data))
        if method != "POST":
            self.curl.setopt(pycurl.CUSTOMREQUEST, method)

    def finish(self, code: int = 0, detail: str = "") -> Exchange:
        """Return the exchange that ended with libcurl's ``code`` and forget it."""
        key = self._request.key
        milliseconds = int((time.perf_counter() - self._started) * 1000)
        try:
            if code and not self.has_enough():
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

    def _status(self) -> int:
        return int(self.curl.getinfo(pycurl.RESPONSE_CODE))

    def _response(self, milliseconds: int) -> Response:
        status = self._status()
        if self._proxy and status == PROXY_AUTH_REQUIRED:
            raise ProxyFailed("The proxy does not accept the user and password.")
        if b"\r\n" not in self._lines and b"\n" not in self._lines:
            raise ConnectionFailed("The headers end too early.")
        chunks = self._chunks
        raw = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        headers = parse_lines(self._lines)
        codings = ",".join([value for name, value in headers if name == "content-encoding"])
        request = self._request
        if status in REDIRECTS and redirects(self._lines):
            body = b""
        else:
            body = decode_body(raw, codings, request.max_bytes, partial=request.partial)
        return Response(
            url=request.url,
            status=status,
            headers=headers,
            body=body,
            milliseconds=milliseconds,
            wire_bytes=len(raw) + sum(map(len, self._lines)),
        )
