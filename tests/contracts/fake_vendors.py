"""A server that answers as Google, Dropbox and Microsoft document, and refuses what they refuse."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "a-token-of-the-vendor"


class Upload:
    """What came of a file so far."""

    def __init__(self, *, forgetful: bool) -> None:
        self._forgetful = forgetful
        self.body = bytearray()
        self.length = 0

    def add(self, piece: bytes) -> None:
        """Take one more piece."""
        self.length += len(piece)
        if not self._forgetful:
            self.body += piece


class Vendors(ThreadingHTTPServer):
    """``files`` is what was stored whole, ``broken`` an answer in place of the right one.

    A ``forgetful`` one keeps the lengths alone, for a test that measures memory.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _VendorHandler)
        self.files: dict[str, bytes] = {}
        self.open: dict[str, tuple[str, Upload]] = {}
        self.forms: list[dict[str, list[str]]] = []
        self.largest = 0
        self.forgetful = False
        self.broken: tuple[int, bytes] | None = None

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _VendorHandler(BaseHTTPRequestHandler):
    server: Vendors
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self._route()

    def do_PUT(self) -> None:
        self._route()

    def _route(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.largest = max(self.server.largest, length)
        path = urlsplit(self.path).path
        if self.server.broken:
            self._answer(*self.server.broken)
        elif path == "/token":
            self.server.forms.append(parse_qs(body.decode()))
            self._json(200, {"access_token": TOKEN})
        elif path.startswith("/session/"):
            self._session(path.rpartition("/")[2], body)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._json(401, {"error": {"code": "InvalidAuthenticationToken"}})
        else:
            self._vendor(path, body)

    def _vendor(self, path: str, body: bytes) -> None:
        if path.startswith("/upload/storage/v1/b/"):
            name = parse_qs(urlsplit(self.path).query)["name"][0]
            self._opened(f"{path.split('/')[5]}/{name}")
        elif path.startswith("/files/"):
            self._dropbox(path.removeprefix("/files/"), body)
        elif path.endswith(":/content"):
            self._stored(unquote(path)[len("/me/drive/root:/") : -len(":/content")], body, 201)
        elif path.endswith(":/createUploadSession"):
            self._opened(unquote(path)[len("/me/drive/root:/") : -len(":/createUploadSession")])
        else:
            self._json(404, {"error": "no such call"})

    def _opened(self, name: str) -> None:
        key = base64.urlsafe_b64encode(name.encode()).decode()
        self.server.open[key] = (name, Upload(forgetful=self.server.forgetful))
        self._json(200, {"uploadUrl": f"{self.server.url}/session/{key}"}, key)

    def _session(self, key: str, body: bytes) -> None:
        """A piece: in order, of a multiple of the vendor's unit unless it is the last."""
        name, got = self.server.open[key]
        span = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", self.headers["Content-Range"])
        if span is None or "Authorization" in self.headers:
            return self._json(400, {"error": "bad piece"})
        total = int(span[3])
        if span[1] is not None and (int(span[1]), int(span[2]) + 1) != (
            got.length,
            got.length + len(body),
        ):
            return self._json(416, {"error": "not in order"})
        got.add(body)
        if got.length == total:
            return self._stored(name, bytes(got.body), 201)
        unit = 256 * 1024 if name.startswith("bucket/") else 320 * 1024
        if len(body) % unit:
            return self._json(400, {"error": "not a multiple"})
        return self._answer(308 if name.startswith("bucket/") else 202, b"{}")

    def _dropbox(self, verb: str, body: bytes) -> None:
        argument = json.loads(self.headers["Dropbox-API-Arg"])
        if verb == "upload":
            return self._stored(argument["path"], body, 200)
        if verb == "upload_session/start":
            self.server.open["dropbox"] = ("", Upload(forgetful=self.server.forgetful))
            self.server.open["dropbox"][1].add(body)
            return self._json(200, {"session_id": "dropbox"})
        cursor = argument["cursor"]
        _, got = self.server.open[cursor["session_id"]]
        if cursor["offset"] != got.length:
            return self._json(409, {"error_summary": "incorrect_offset/"})
        got.add(body)
        if verb == "upload_session/finish":
            return self._stored(argument["commit"]["path"], bytes(got.body), 200)
        return self._answer(200, b"null")

    def _stored(self, name: str, body: bytes, status: int) -> None:
        self.server.files[name] = body
        self._json(status, {"name": name})

    def _json(self, status: int, value: object, key: str = "") -> None:
        self._answer(status, json.dumps(value).encode(), key)

    def _answer(self, status: int, body: bytes, key: str = "") -> None:
        self.send_response(status)
        if key:
            self.send_header("Location", f"{self.server.url}/session/{key}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def vendors() -> Iterator[Vendors]:
    """Run the server."""
    server = Vendors()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
