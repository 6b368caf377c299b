"""Serves the sample site on a loopback port, at the pace of a quick real site.

``python -m deploy.demo.site --port 8090`` serves it until Ctrl-C.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.demo import pages
from deploy.demo.catalogue import CatalogueProduct, products
from deploy.local.ports import LOOPBACK, free_port

PACE = 0.04  # seconds an answer takes
_CATALOGUE = products()
_HTML, _SVG, _TEXT = "text/html; charset=utf-8", "image/svg+xml", "text/plain"


def answer(path: str) -> tuple[str, str] | None:
    """Return content type and body of a path; None for what is not there."""
    kind, _, rest = path.partition("?")[0].strip("/").partition("/")
    if kind == "robots.txt":
        return _TEXT, "User-agent: *\nDisallow: /picture/\n"
    if kind in {"", "page"}:
        page = pages.listing(_CATALOGUE, int(rest) if rest.isdecimal() else 1)
        return (_HTML, page) if page else None
    product = _product(rest.removesuffix(".svg"))
    if product and kind == "product":
        return _HTML, pages.details(product)
    return (_SVG, pages.picture(product)) if product and kind == "picture" else None


def _product(text: str) -> CatalogueProduct | None:
    number = int(text) if text.isdecimal() else 0
    return _CATALOGUE[number - 1] if 1 <= number <= len(_CATALOGUE) else None


class _ShopHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a page."""
        time.sleep(PACE)
        found = answer(self.path)
        kind, text = found or (_TEXT, "There is no such page.")
        body = text.encode()
        self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet: the terminal shows the run's own progress."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def sample_site(port: int = 0) -> Iterator[str]:
    """Serve the site on a port, by default a free one; yields its address."""
    server = _Server((LOOPBACK, port or free_port()), _ShopHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description="A sample site to extract from.")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    with sample_site(parser.parse_args(arguments).port) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    # Blocked before any thread starts, so that sigwait alone takes them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(sys.argv[1:])
