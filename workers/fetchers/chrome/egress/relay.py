"""Carries bytes between the browser and a site: one exchange of plain HTTP, or a tunnel."""

from __future__ import annotations

import asyncio
import socket
import struct

from workers.fetchers.chrome.egress import dial, http1
from workers.fetchers.chrome.egress.body import BodyCheck, check_of
from workers.fetchers.chrome.egress.grant import EgressGrant
from workers.fetchers.chrome.egress.http1 import Head
from workers.fetchers.chrome.egress.socks import Stream

CHUNK = 64 * 1024  # bytes

NAVIGATION = "upgrade-insecure-requests"
"""A field that Chromium sends with what is to be shown, and with nothing else."""


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, grant: EgressGrant | None
) -> None:
    while data := await reader.read(CHUNK):
        if grant is not None:
            grant.count(len(data))
        writer.write(data)
        await writer.drain()


async def tunnel(grant: EgressGrant, browser: Stream, site: Stream) -> None:
    """Carry bytes both ways until one side ends."""
    browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    up = asyncio.ensure_future(_pump(browser[0], site[1], None))
    down = asyncio.ensure_future(_pump(site[0], browser[1], grant))
    # Half-open tunnels are of no use to a browser: when one side ends, so does the other.
    await _first(up, down)


async def _first(*tasks: asyncio.Future[None]) -> None:
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size: int) -> None:
    while size > 0:
        data = await reader.read(min(CHUNK, size))
        if not data:
            raise EOFError
        size -= len(data)
        writer.write(data)
        await writer.drain()
    # The connection is this exchange's only. Waiting here notices a browser that goes away.
    await reader.read(1)


async def exchange(grant: EgressGrant, head: Head, browser: Stream, site: Stream) -> None:
    """Carry one request and its answer; neither end may slip in a second request."""
    size = head.body_length
    if size is None:
        raise ValueError(head.method)
    http_proxy = grant.upstream and not grant.upstream.startswith("socks")
    auth = dial.proxy_auth(grant.upstream) if http_proxy else None
    site[1].write(http1.request_bytes(head, proxy_auth=auth))
    up = asyncio.ensure_future(_send_body(browser[0], site[1], size))
    down = asyncio.ensure_future(_answer(grant, head, browser, site))
    await _first(up, down)


async def _answer(grant: EgressGrant, head: Head, browser: Stream, site: Stream) -> None:
    status = 100
    while status // 100 == 1:
        data = await site[0].readuntil(b"\r\n\r\n")
        grant.count(len(data))
        status, answer = http1.response_bytes(data[:-4])
        browser[1].write(answer)
    fields = http1.read_fields(data[:-4].decode("latin-1").split("\r\n")[1:])
    check = check_of(status, fields) if head.field(NAVIGATION) else None
    if check is None:
        await _pump(site[0], browser[1], grant)
    else:
        await _pump_checked(site[0], browser[1], grant, check)


async def _pump_checked(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    grant: EgressGrant,
    check: BodyCheck,
) -> None:
    """Pass a document on, its last byte only if the document is whole."""
    held = b""
    while not check.frame.ended and (data := await reader.read(CHUNK)):
        grant.count(len(data))
        check.take(data)
        writer.write(held + data[:-1])
        held = data[-1:]
        await writer.drain()
    if check.is_cut:
        _reset(writer)
    else:
        writer.write(held)
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection so that nobody takes its end for the end of the body."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
