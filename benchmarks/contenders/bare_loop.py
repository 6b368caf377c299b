"""The floor: one loop over libcurl's multi interface and lexbor's selectors; nothing is guarded."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator
from urllib.parse import urljoin

import pycurl
from selectolax.lexbor import LexborHTMLParser

from benchmarks.contenders.fields import FIELDS, IN_FLIGHT, ITEMS, NEXT, Row, run


def read(url: str, body: bytes, queue: deque[str]) -> Row | None:
    """Return the row of an item's page; the links of a listing page go to ``queue``."""
    tree = LexborHTMLParser(body)
    items = tree.css(ITEMS)
    if items:
        queue.extend(urljoin(url, link.attributes["href"] or "") for link in items)
        queue.extend(urljoin(url, link.attributes["href"] or "") for link in tree.css(NEXT))
        return None
    row = {}
    for name, selector, what in FIELDS:
        node = tree.css_first(selector)
        text = what == "text"
        row[name] = node.text() if text else urljoin(url, node.attributes[what] or "")
    return row


def handle() -> pycurl.Curl:
    """Return a handle that collects what it receives."""
    made = pycurl.Curl()
    made.setopt(pycurl.HTTPHEADER, ["Accept-Encoding: gzip"])
    made.setopt(pycurl.BUFFERSIZE, 65_536)
    made.chunks = []
    made.setopt(pycurl.WRITEFUNCTION, made.chunks.append)
    return made


def crawl(start: str) -> Iterator[Row]:
    """Fetch all that ``start`` leads to."""
    queue, multi = deque([start]), pycurl.CurlMulti()
    idle, flying = [handle() for _ in range(IN_FLIGHT)], 0
    while queue or flying:
        while queue and idle:
            one = idle.pop()
            one.address = queue.popleft()
            one.setopt(pycurl.URL, one.address)
            multi.add_handle(one)
            flying += 1
        multi.perform()
        _, good, bad = multi.info_read()
        if bad:
            raise OSError(bad)
        for one in good:
            multi.remove_handle(one)
            flying -= 1
            row = read(one.address, zlib.decompress(b"".join(one.chunks), 31), queue)
            one.chunks.clear()
            idle.append(one)
            if row:
                yield row
        if not good:
            multi.select(1.0)


if __name__ == "__main__":
    run(crawl)
