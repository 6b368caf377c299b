"""Connections of ``requests`` and ``urllib3``, every one of which passes the guard.

For webhooks, exports and the like; pages have their own fetcher. The address that was checked is
the one that is connected to.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from workers.errors import AddressRefused
from workers.net.guard import Networks, allowed
from workers.net.trust import trust

# The operator names such hosts; a warning at each call would say nothing new.
urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


class OpenConnections:
    """The open sockets of one caller, so that another thread can cut them all at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._is_cut = False

    @property
    def is_cut(self) -> bool:
        """Whether ``cut`` was called: an answer read since then may be half of one."""
        return self._is_cut

    def add(self, connection: socket.socket) -> None:
        """Remember ``line`` through a second handle, for TLS takes the first one over."""
        handle = connection.dup()
        with self._lock:
            self._handles.append(handle)
            late = self._is_cut
        if late:
            self.cut()

    def cut(self) -> None:
        """Shut every connection down, whoever waits on it, and those that are opened later."""
        with self._lock:
            self._is_cut = True
            handles, self._handles = self._handles, []
        for handle in handles:
            _shut(handle)

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Cut the connections if the block takes longer."""
        end = threading.Timer(seconds, self.cut)
        end.daemon = True
        end.start()
        try:
            yield
        finally:
            end.cancel()

    def close(self) -> None:
        """Let go of the handles."""
        with self._lock:
            handles, self._handles = self._handles, []
        for handle in handles:
            handle.close()


def _shut(handle: socket.socket) -> None:
    try:
        handle.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it had ended by itself
    finally:
        handle.close()


def _connect(
    connection: HTTPConnection, networks: Networks, connections: OpenConnections
) -> socket.socket:
    """Open the socket of ``connection`` at the first allowed address that answers."""
    host, port = connection.host.strip("[]"), connection.port or connection.default_port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        fault = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(host, connection, fault) from error
    fit = [entry for entry in found if allowed(str(entry[4][0]), port, networks)]
    if not fit:
        raise AddressRefused
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    return _open_first(connection, fit, timeout, connections)


def _open_first(
    connection: HTTPConnection,
    entries: list[Any],
    timeout: float | None,
    connections: OpenConnections,
) -> socket.socket:
    fault: OSError = OSError("no address")
    for family, kind, protocol, _, address in entries:
        opened = socket.socket(family, kind, protocol)
        opened.settimeout(timeout)
        connections.add(opened)
        try:
            opened.connect(address)
        except OSError as error:
            opened.close()
            fault = error
        else:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return opened
    if isinstance(fault, TimeoutError):
        raise ConnectTimeoutError(connection, "The connection timed out.") from fault
    raise NewConnectionError(connection, "No connection could be made.") from fault


def guarded_pool(
    networks: Networks,
    connections: OpenConnections | None = None,
    kind: Callable[..., urllib3.PoolManager] = urllib3.PoolManager,
    **options: Any,  # noqa: ANN401 - urllib3's own
) -> urllib3.PoolManager:
    """Return a pool of ``kind`` that connects only where the guard allows."""
    open_connections = connections or OpenConnections()
    options.setdefault("ca_certs", trust().ca_file)

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, networks, open_connections)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, networks, open_connections)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    pool = kind(**options)
    pool.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return pool


class GuardedAdapter(HTTPAdapter):
    """What ``requests`` sends through: connects where the guard allows, and retries nothing."""

    def __init__(self, networks: Networks, connections: OpenConnections) -> None:
        self._networks, self._connections = networks, connections
        super().__init__(max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 - requests' own signature
        **options: Any,  # noqa: ANN401 - as above
    ) -> None:
        """Make the pool, a guarded one."""
        self.poolmanager = guarded_pool(
            self._networks,
            self._connections,
            num_pools=connections,
            maxsize=maxsize,
            block=block,
            **options,
        )
