"""A local site of pages that need a browser, and canaries that tell when somebody got through."""

from __future__ import annotations

import errno
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PAGES = Path(__file__).with_name("pages")
STALL_SECONDS = 30.0
KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript"}

Answer = tuple[int, dict[str, str], bytes]


def _items(query: dict[str, str]) -> Answer:
    start, count = int(query["from"]), int(query["count"])
    items = [{"name": f"Item {number + 1}"} for number in range(start, start + count)]
    return 200, {"Content-Type": "application/json"}, json.dumps(items).encode()


def _echo(query: dict[str, str]) -> Answer:
    return 200, {"Content-Type": "text/plain; charset=utf-8"}, query["text"].encode()


def _big(query: dict[str, str]) -> Answer:
    return 200, {"Content-Type": "text/plain"}, b"x" * int(query["bytes"])


def _download(_query: dict[str, str]) -> Answer:
    headers = {"Content-Type": "application/zip", "Content-Disposition": "attachment"}
    return 200, headers, b"PK"


def _redirect(query: dict[str, str]) -> Answer:
    return int(query.get("status", "302")), {"Location": query["to"]}, b""


def _status(query: dict[str, str]) -> Answer:
    return int(query["code"]), {"Content-Type": "text/html"}, query.get("body", "").encode()


def _html(query: dict[str, str]) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8"}, query["body"].encode()


def _image(query: dict[str, str]) -> Answer:
    """A PNG of one pixel in the colour that was asked for (six hex digits)."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0" + bytes.fromhex(query["color"]))
    chunks = ((b"IHDR", header), (b"IDAT", pixel), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return 200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n" + body


def _stall(_query: dict[str, str]) -> Answer:
    time.sleep(STALL_SECONDS)
    return 200, {}, b""


ROUTES: dict[str, Callable[[dict[str, str]], Answer]] = {
    "/api/items": _items,
    "/api/echo": _echo,
    "/big": _big,
    "/download": _download,
    "/redirect": _redirect,
    "/status": _status,
    "/html": _html,
    "/image.png": _image,
    "/stall": _stall,
}


class _DynamicHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DynamicSite

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at ``Site.seen``."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.note(self.command, self.path, dict(self.headers), self.rfile.read(length))
        parts = urlsplit(self.path)
        if parts.path in self.server.raw:
            self.wfile.write(self.server.raw[parts.path])
            self.close_connection = True
            return
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        time.sleep(float(query.get("delay", "0")))
        status, headers, body = self._answer(parts.path, query)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "cookie" in query:
            self.send_header("Set-Cookie", query["cookie"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, path: str, query: dict[str, str]) -> Answer:
        if path in self.server.extra:
            return self.server.extra[path]
        if path in ROUTES:
            return ROUTES[path](query)
        if path.startswith("/asset/"):
            return 200, {"Content-Type": KINDS.get(Path(path).suffix, "image/png")}, b"0"
        page = PAGES / path.lstrip("/")
        if page.is_file():
            return 200, {"Content-Type": KINDS[page.suffix]}, page.read_bytes()
        return 404, {"Content-Type": "text/html"}, b"<p>no such page</p>"

    do_GET = do_POST = do_PUT = _serve  # noqa: N815 - http.server's names


class DynamicSite(ThreadingHTTPServer):
    """The site, serving from its making to ``stop``. ``seen`` holds every request.

    Answers of ``raw`` are sent byte for byte, and their connection is closed after them.
    """

    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), _DynamicHandler)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.extra: dict[str, Answer] = {}
        self.raw: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the site is, without a slash at the end."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    def note(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        """Remember one request."""
        with self._lock:
            self.seen.append((method, path, headers, body))

    def paths(self) -> list[str]:
        """Return what was asked for, in order."""
        return [path for _, path, _, _ in self.seen]

    def handle_error(self, *_: object) -> None:
        """A browser that hangs up is no error of the site."""

    def stop(self) -> None:
        """End it."""
        self.shutdown()
        self.server_close()


def _pair(host: str) -> tuple[socket.socket, socket.socket]:
    """Return a TCP and a UDP socket at the same port, whoever else holds some."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    tcp, udp = socket.socket(family, socket.SOCK_STREAM), socket.socket(family, socket.SOCK_DGRAM)
    try:
        tcp.bind((host, 0))
        udp.bind(tcp.getsockname())
    except OSError as error:
        tcp.close()
        udp.close()
        if error.errno == errno.EADDRINUSE:
            return _pair(host)
        raise
    return tcp, udp


class Canary:
    """Listens on TCP and UDP at one forbidden address; ``sung`` counts who got there."""

    def __init__(self, host: str) -> None:
        self.sung: list[str] = []
        self._tcp, self._udp = _pair(host)
        self.port = int(self._tcp.getsockname()[1])
        self._tcp.listen()
        for listen in (self._hear_tcp, self._hear_udp):
            threading.Thread(target=listen, daemon=True).start()

    def _hear_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            self.sung.append("tcp")
            connection.close()

    def _hear_udp(self) -> None:
        while True:
            try:
                data, _ = self._udp.recvfrom(2048)
            except OSError:
                return
            if data != b"stop":
                self.sung.append("udp")

    def stop(self) -> None:
        """Close both sockets, waking who waits on them."""
        with socket.socket(self._udp.family, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"stop", self._udp.getsockname())
        self._tcp.shutdown(socket.SHUT_RDWR)
        self._tcp.close()
        self._udp.close()
