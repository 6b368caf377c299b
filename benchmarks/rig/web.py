"""Serves a folder of packed pages: nginx where it is, else a program of ours that holds them."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.ports import LOOPBACK, free_port

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / "benchmarks/.venv/nginx/usr/sbin/nginx"
START_SECONDS = 20.0
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr error; user root;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; keepalive_timeout 600;
  default_type "text/html; charset=utf-8"; gzip_static always; gzip_vary on;
  open_file_cache max=10000 inactive=600s; open_file_cache_valid 600s;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  uwsgi_temp_path {folder}/uwsgi; fastcgi_temp_path {folder}/fastcgi; scgi_temp_path {folder}/scgi;
  server {{ listen {address}:{port}; root {pages}; }}
}}
"""


def find_nginx() -> str | None:
    """Return the path of an nginx that runs here."""
    found = shutil.which("nginx") or shutil.which(str(UNPACKED))
    if found is None or subprocess.run([found, "-v"], capture_output=True, check=False).returncode:  # noqa: S603 - as found
        return None
    return found


def server_name() -> str:
    """Return what serves the pages, for the report."""
    nginx = find_nginx()
    if nginx is None:
        return "a Python server (no nginx here)"
    said = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False)  # noqa: S603 - as found
    return said.stderr.strip().removeprefix("nginx version: ")


@contextmanager
def serving(pages: Path, folder: Path) -> Iterator[str]:
    """Serve ``pages`` on loopback, with ``folder`` for the server's own files; yields the URL."""
    port, nginx = free_port(), find_nginx()
    if nginx is None:
        command = [sys.executable, "-m", "benchmarks.rig.web", str(pages), str(port)]
    else:
        text = CONFIGURATION.format(folder=folder, pages=pages, address=LOOPBACK, port=port)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        command = [nginx, "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603 - as found, or ours
        try:
            _wait(port, process)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end_by = time.monotonic() + START_SECONDS
    while time.monotonic() < end_by and process.poll() is None:
        with socket.socket() as line:
            if line.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.05)
    raise OSError("the site's server did not start")


class _WebConnection(asyncio.Protocol):
    """One connection."""

    def __init__(self, pages: dict[bytes, bytes]) -> None:
        self._pages, self._rest = pages, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - what asyncio promises
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            self._transport.write(self._pages.get(head.split(b" ", 2)[1], missing))


def _answer(body: bytes) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _read(folder: Path) -> dict[bytes, bytes]:
    return {
        f"/{file.relative_to(folder)}".removesuffix(".gz").encode(): _answer(file.read_bytes())
        for file in folder.rglob("*.gz")
    }


async def _serve(pages: dict[bytes, bytes], port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _WebConnection(pages), LOOPBACK, port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(_read(Path(sys.argv[1])), int(sys.argv[2])))
