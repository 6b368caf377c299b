"""``gristmill doctor --deep``: a real run through every part, on pages of the doctor's own.

The workers fetch from this machine's loopback address. Where ALLOWED_NETWORKS keeps that closed, as
it should be, their guard has to refuse it, and then the doctor fetches the page on its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from app.commands.checks import PATIENCE
from app.commands.deployment import Deployment, Trouble
from app.commands.links import follow
from schemas import registry
from schemas.payload import load_plan
from schemas.results_file import results_file
from schemas.rows.processes import ProcessRow
from schemas.task import load_task
from workers import accounts, processes, tasks
from workers.errors import AddressRefused, NotFound
from workers.extraction.cage import timed_extract
from workers.extraction.source import Source
from workers.fetchers.base import FetcherOptions, FetchRequest
from workers.plugins import plugin

ACCOUNT = "doctor"
RUN_SECONDS = 60.0  # until a run of two pages must have ended
PAGE = """<!doctype html><meta charset="utf-8"><title>{n}</title>
<div class="card"><h2>Card {n}</h2></div>{more}"""
RECORDS = [{"Title_text": "Card 1"}, {"Title_text": "Card 2"}]


class _DeepPages(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with one of two pages; there is no robots.txt."""
        number = {"/": 1, "/2": 2}.get(self.path)
        more = '<a class="next" href="/2">next</a>' if number == 1 else ""
        body = PAGE.format(n=number, more=more).encode() if number else b""
        self.send_response(200 if number else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def _site() -> Iterator[int]:
    """Serve the pages; yields the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _DeepPages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def check_run(deployment: Deployment) -> str:
    """Submit a task, let the workers run it, and download its file or its log."""
    with _site() as port, _run(deployment, _payload(port)) as process:
        file = results_file(process) if process.state == "finished" else None
        if file is not None:
            found = orjson.loads(_download(deployment, file.key, file.name))
            if found != RECORDS:
                raise Trouble(f"the file holds {len(found)} records that are not the site's")
            return "two pages fetched by workers, extracted, stored and downloaded"
        refusal = AddressRefused.__doc__
        if process.log_key and refusal and refusal in (process.error_message or ""):
            _download(deployment, process.log_key, f"{process.id}.log")
            _by_ourselves(port)
            return (
                "workers ran it and refused the loopback address, which ALLOWED_NETWORKS keeps"
                " closed; the page was fetched and extracted here"
            )
    raise Trouble(f"the run ended as {process.state}: {process.error_message or 'see the logs'}")


def _payload(port: int) -> dict[str, Any]:
    return {
        "name": "doctor",
        "format": "json",
        "request": {"url": f"http://127.0.0.1:{port}/"},
        "commonParent": ".card",
        "fields": [{"name": "Title", "selector": "h2"}],
        "paginator": {"nextPageSelector": "a.next", "pageNum": 2},
    }


@contextmanager
def _run(deployment: Deployment, payload: dict[str, Any]) -> Iterator[ProcessRow]:
    """Run a payload to its end; its task, and with it its files, are there within the block."""
    account_id = _account(deployment)
    draft = load_task({"name": "doctor", "payload": payload})
    task = tasks.create(deployment.database, account_id=account_id, draft=draft, listed=False)
    try:
        process = processes.submit(deployment.database, task_id=task.id, account_id=account_id)
        end_by = time.monotonic() + RUN_SECONDS
        while process.state not in processes.ENDED or not process.log_key:
            if time.monotonic() > end_by:
                raise Trouble(
                    f"a run is still {process.state} after {RUN_SECONDS:.0f} s: see the logs of"
                    " worker and clock"
                )
            time.sleep(0.2)
            process = processes.find(
                deployment.database, account_id=account_id, process_id=process.id
            )
        yield process
    finally:
        processes.remove_task(deployment.database, account_id=account_id, task_id=task.id)


def _account(deployment: Deployment) -> str:
    """Return the account that pays for the doctor's runs; it has no key."""
    try:
        return accounts.find(deployment.database, ACCOUNT).id
    except NotFound:
        made = accounts.create(deployment.database, ACCOUNT, unlimited=True)
        accounts.revoke_key(deployment.database, made.api_key.split("_")[1])
        return made.account_id


def _download(deployment: Deployment, key: str, name: str) -> bytes:
    answer = follow(deployment.storage.link(key, name, 60))
    if answer.status != HTTPStatus.OK:
        raise Trouble(f"the file's link was answered with {answer.status}")
    return answer.data


def _by_ourselves(port: int) -> None:
    """Fetch and extract the first page with the parts that workers use."""
    options = FetcherOptions(allowed_networks=(f"127.0.0.1/32:{port}",))
    fetcher = plugin(registry.FETCHERS, "base")(options)
    try:
        fetcher.start(FetchRequest(key=1, url=f"http://127.0.0.1:{port}/", timeout=PATIENCE))
        exchange = next(iter(fetcher.poll(PATIENCE)), None)
        while exchange is None:
            exchange = next(iter(fetcher.poll(PATIENCE)), None)
    finally:
        fetcher.close()
    if exchange.response is None:
        raise Trouble(f"the doctor's own page could not be fetched: {exchange.error}")
    plan = load_plan(_payload(port), task_name="doctor")
    source = Source(utf8=exchange.response.body, url=exchange.response.url)
    got = timed_extract(source, plan.collections[0], plan, seconds=PATIENCE)
    if [dict(record) for record in got.records] != RECORDS[:1]:
        raise Trouble("the doctor's own page was not extracted as it should be")
