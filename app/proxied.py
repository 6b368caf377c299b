"""What a reverse proxy says about the address that its caller used, believed of known ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PREFIX = re.compile(r"(?:/[\w.~-]+)+")
"""A path that may stand before ours in links; whatever else a proxy sends there is passed over."""


class TrustedProxies:
    """WSGI middleware: host, scheme and path prefix as a proxy of ``networks`` forwards them.

    Links that we answer then lead through the proxy. From anybody else these headers mean nothing,
    and neither does a ``SCRIPT_NAME`` that a server may have made of one.
    """

    def __init__(self, inner: WSGIApplication, networks: Sequence[str]) -> None:
        self._inner = inner
        self._networks = [ip_network(network) for network in networks]
        self._fixed = ProxyFix(inner, x_for=0, x_proto=1, x_host=1, x_prefix=1)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve one call."""
        environ["SCRIPT_NAME"] = ""
        if not self._trusts(environ.get("REMOTE_ADDR", "")):
            return self._inner(environ, start)
        prefix = environ.get("HTTP_X_FORWARDED_PREFIX", "").rpartition(",")[2].strip().rstrip("/")
        environ["HTTP_X_FORWARDED_PREFIX"] = prefix if _PREFIX.fullmatch(prefix) else ""
        return self._fixed(environ, start)

    def _trusts(self, address: str) -> bool:
        if not self._networks:
            return False
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(peer, "ipv4_mapped", None)  # how a socket of both families shows IPv4
        return any((mapped or peer) in network for network in self._networks)
