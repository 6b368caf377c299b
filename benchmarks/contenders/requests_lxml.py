"""What many write by hand: a pool of threads with requests, and lxml's CSS selectors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import requests
from lxml import html
from lxml.cssselect import CSSSelector

from benchmarks.contenders.fields import FIELDS, ITEMS, NEXT, Row, run

THREADS = 8  # more only wait for the interpreter's lock
CHOSEN = [(name, CSSSelector(css, translator="html"), what) for name, css, what in FIELDS]
TO_ITEMS, TO_NEXT = (CSSSelector(css, translator="html") for css in (ITEMS, NEXT))
own = threading.local()


def fetch(url: str) -> tuple[Row | None, list[str]]:
    """Return the row of a page, or else the links of a listing page."""
    if not hasattr(own, "session"):
        own.session = requests.Session()
    answer = own.session.get(url, timeout=30)
    answer.raise_for_status()
    tree = html.document_fromstring(answer.content, base_url=url)
    tree.make_links_absolute()
    links = [link.get("href") for find in (TO_ITEMS, TO_NEXT) for link in find(tree)]
    if links:
        return None, links
    row = {}
    for name, find, what in CHOSEN:
        node = find(tree)[0]
        row[name] = node.text_content() if what == "text" else node.get(what)
    return row, []


def crawl(start: str) -> Iterator[Row]:
    """Fetch all that ``start`` leads to."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = {pool.submit(fetch, start)}
        while waiting:
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in ended:
                row, links = one.result()
                waiting |= {pool.submit(fetch, link) for link in links}
                if row:
                    yield row


if __name__ == "__main__":
    run(crawl)
