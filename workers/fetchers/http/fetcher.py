"""The base fetcher: many HTTP exchanges in flight on libcurl's multi interface, in one thread.

libcurl is driven by events (``socket_action`` over epoll), so that a page costs the same whether
one or a hundred are in flight. Connections, TLS sessions and resolved names are kept from page to
page as long as the fetcher lives; the cookie jar is shared by all of its handles.
"""

from __future__ import annotations

import select
import time
from collections.abc import Sequence

import pycurl

from workers.errors import BadUrl, FetchError, ProxyFailed
from workers.fetchers import proxies
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest, Headers
from workers.fetchers.cookies import cookies_for, fresh_cookies, jar_lines, set_cookie_lines
from workers.fetchers.http.handle import CurlHandle
from workers.fetchers.http.headers import cookie_line, request_lines
from workers.fetchers.http.lenient import LenientHandle
from workers.net.guard import check_named_target, normal_url, parse_networks

CONNECTIONS_KEPT = 64
STALL_SECONDS = 0.5  # within which the body of a redirect comes, or is done without


class HttpFetcher:
    """``base.Fetcher`` over pycurl.

    A host name with several addresses is reached at those that the guard allows. Behind a proxy the
    name is resolved by the proxy, which is the operator's and trusted; URLs that name a forbidden
    address themselves are refused there too.
    """

    def __init__(self, options: FetcherOptions) -> None:
        self._networks = parse_networks(options.allowed_networks)
        self._share = pycurl.CurlShare()
        self._share.setopt(pycurl.SH_SHARE, pycurl.LOCK_DATA_COOKIE)
        self._jar = CurlHandle(self._networks, self._share)
        for line in jar_lines(options.cookies):
            self._jar.curl.setopt(pycurl.COOKIELIST, line)
        self._epoll = select.epoll()
        self._watched: dict[int, int] = {}
        self._due: float | None = None
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, CONNECTIONS_KEPT)
        self._idle: list[CurlHandle] = []
        self._running: dict[pycurl.Curl, CurlHandle] = {}
        self._talking: dict[int, LenientHandle] = {}
        self._ended: list[Exchange] = []
        self._lines: tuple[Headers | None, list[bytes]] = (None, [])
        self._look_at = 0.0
        self._closed = False

    @property
    def in_flight(self) -> int:
        """How many started requests have not come back yet."""
        return len(self._running) + len(self._ended)

    def start(self, request: FetchRequest) -> None:
        """Begin ``request``; what is wrong with it comes back from ``poll`` as its exchange."""
        try:
            self._begin(request)
        except FetchError as error:
            self._ended.append(Exchange(key=request.key, error=error))
        except (ValueError, pycurl.error):
            # Lone surrogates in a header or form, and what else libcurl can't take.
            fault = BadUrl("The request holds characters that can't be sent.")
            self._ended.append(Exchange(key=request.key, error=fault))

    def _begin(self, request: FetchRequest) -> None:
        url = normal_url(request.url)
        if request.proxy:
            if request.proxy.partition("://")[0] not in proxies.SCHEMES:
                raise ProxyFailed("No proxy is configured for that country.")
            check_named_target(url, self._networks)
        lines = self._header_lines(request.headers)
        cookies = self._cookie_line(request, url)
        if request.lenient:
            handle: CurlHandle = LenientHandle(self._networks, self._share)
        else:
            handle = self._idle.pop() if self._idle else self._new_handle()
        handle.load(request, url, lines, cookies)
        self._running[handle.curl] = handle
        self._multi.add_handle(handle.curl)

    def _new_handle(self) -> CurlHandle:
        return CurlHandle(self._networks, self._share)

    def _header_lines(self, headers: Headers) -> list[bytes]:
        """Return the lines for ``headers``, made once while they stay the same."""
        if self._lines[0] != headers:
            self._lines = (headers, request_lines(headers))
        return self._lines[1]

    def _cookie_line(self, request: FetchRequest, url: str) -> bytes:
        own = request.cookies or any(name.lower() == "cookie" for name, _ in request.headers)
        if not own and not request.lenient:
            return b""
        jar = self.cookies()
        wanted = fresh_cookies(request.cookies, jar, url)
        return cookie_line(
            request.headers, wanted + (cookies_for(jar, url) if request.lenient else [])
        )

    def poll(self, timeout: float) -> Sequence[Exchange]:
        """Wait up to ``timeout`` seconds for something to end and return all that ended."""
        deadline = time.monotonic() + timeout
        while not self._closed:
            wait = 0.0 if self._ended else max(0.0, deadline - time.monotonic())
            self._act(min(wait, STALL_SECONDS) if self._running else wait)
            self._collect()
            self._end_stalling()
            if self._ended or time.monotonic() >= deadline:
                break
        ended, self._ended = self._ended, []
        return ended

    def _act(self, wait: float) -> None:
        """Let libcurl work on the sockets that are ready, or on its timer."""
        now = time.monotonic()
        if self._due is not None:
            wait = min(wait, max(0.0, self._due - now))
        for descriptor, event in self._epoll.poll(wait):
            if descriptor in self._talking:
                self._talk(self._talking[descriptor])
                continue
            mask = (event & select.EPOLLIN and pycurl.CSELECT_IN) | (
                event & select.EPOLLOUT and pycurl.CSELECT_OUT
            )
            if event & (select.EPOLLERR | select.EPOLLHUP):
                mask |= pycurl.CSELECT_ERR
            self._multi.socket_action(descriptor, mask)
        if self._due is not None and self._due <= time.monotonic():
            self._due = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def _watch(self, event: int, descriptor: int, _multi: object, _data: object) -> None:
        """Note which socket libcurl waits for (its socket callback)."""
        if event == pycurl.POLL_REMOVE:
            if self._watched.pop(descriptor, None) is not None:
                self._unregister(descriptor)
            return
        mask = (event & pycurl.POLL_IN and select.EPOLLIN) | (
            event & pycurl.POLL_OUT and select.EPOLLOUT
        )
        if descriptor in self._watched:
            self._epoll.modify(descriptor, mask)
        else:
            self._epoll.register(descriptor, mask)
        self._watched[descriptor] = mask

    def _unregister(self, descriptor: int) -> None:
        try:
            self._epoll.unregister(descriptor)
        except OSError:
            return  # A closed socket has left by itself.

    def _timer(self, milliseconds: int) -> None:
        """Note when libcurl wants to be called (its timer callback); -1 is never."""
        self._due = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000

    def _collect(self) -> None:
        if not self._running:
            return
        left = 1
        while left:
            left, good, bad = self._multi.info_read()
            for curl in good:
                handle = self._running[curl]
                if isinstance(handle, LenientHandle):
                    self._talk(handle)
                else:
                    self._finish(curl)
            for curl, code, detail in bad:
                self._finish(curl, code, detail)

    def _end_stalling(self) -> None:
        """End the redirects whose body has not come between two looks: its head is enough."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + STALL_SECONDS
        for handle in list(self._running.values()):
            if handle.is_stalling:
                self._finish(handle.curl)
            if isinstance(handle, LenientHandle) and handle.deadline < now:
                self._finish(handle.curl, pycurl.E_OPERATION_TIMEDOUT)
            handle.is_stalling = handle.has_enough()

    def _finish(self, curl: pycurl.Curl, code: int = 0, detail: str = "") -> None:
        handle = self._running.pop(curl)
        self._multi.remove_handle(curl)
        exchange = handle.finish(code, detail)
        if isinstance(handle, LenientHandle) and exchange.response is not None:
            for line in set_cookie_lines(exchange.response.headers, exchange.response.url):
                self._jar.curl.setopt(pycurl.COOKIELIST, line)
        self._ended.append(exchange)
        if handle.single_use:
            curl.close()
        else:
            self._idle.append(handle)

    def _talk(self, handle: LenientHandle) -> None:
        """Go on with a lenient exchange, and wait for its socket where that stops."""
        descriptor = handle.curl.getinfo(pycurl.ACTIVESOCKET)
        if handle.step():
            if self._talking.pop(descriptor, None) is not None:
                self._unregister(descriptor)
            self._finish(handle.curl)
            return
        mask = select.EPOLLIN | (select.EPOLLOUT if handle.wants_to_send else 0)
        if descriptor in self._talking:
            self._epoll.modify(descriptor, mask)
        else:
            self._epoll.register(descriptor, mask)
        self._talking[descriptor] = handle

    def cookies(self) -> tuple[str, ...]:
        """Return the cookie jar as it stands, as Netscape cookie-file lines."""
        return () if self._closed else jar_lines(self._jar.curl.getinfo(pycurl.INFO_COOKIELIST))

    def close(self) -> None:
        """Abandon what is in flight and free everything; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        handles = [*self._running.values(), *self._idle, self._jar]
        self._running, self._idle, self._ended = {}, [], []
        self._multi.close()
        for handle in handles:
            handle.curl.close()
        self._share.close()
        self._epoll.close()
