from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pytest
import requests
from PIL import Image

from tests.acceptance.blows import kill_children
from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.missing import needed_browser
from tests.site.dynamic.reading import items
from tests.site.dynamic.serve import DynamicSite
from tests.site.server import SiteServer

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(autouse=True)
def _browser() -> None:
    needed_browser()


@pytest.fixture
def dynamic_site() -> Iterator[DynamicSite]:
    """The site of pages that need a browser."""
    site = DynamicSite()
    yield site
    site.stop()


def call(api: ApiClient, path: str, status: int = 200, **body: Any) -> requests.Response:
    answer = api.session.post(f"{api.url}/v1{path}", json=body, timeout=90)
    assert answer.status_code == status, answer.text
    return answer


def test_a_page_is_fetched_as_it_is_or_as_it_is_shown(
    api: ApiClient, dynamic_site: DynamicSite
) -> None:
    """Base and Chrome, a process each: charged, logged, shown, and of no task in the list."""
    url = f"{dynamic_site.url}/empty.html"
    before = len(api.get("/tasks"))
    plain = call(api, "/fetch", url=url)
    shown = call(api, "/fetch", url=url, type="chrome", actions=[], waitDelay=0)
    process = api.get(f"/process/{shown.headers['Process-Id']}/info")
    log = requests.get(process["logFile"], timeout=10).text

    assert plain.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (items(plain.text), items(shown.text)) == ([], ["only with scripts"])
    assert (process["status"], process["requestCount"], process["cost"]) == ("finished", 1, 1)
    assert "verdict=ok" in log
    assert len(api.get("/tasks")) == before


@pytest.mark.parametrize("fetcher", ["base", "chrome"])
def test_cookies_of_a_browser_are_sent_with_the_page(
    api: ApiClient, site: SiteServer, fetcher: str
) -> None:
    """As its extension exports them; those of other sites stay here."""
    own = {"domain": "127.0.0.1", "hostOnly": True, "name": "sid", "value": "1", "storeId": "0"}
    cookies = [own, own | {"domain": "other.test", "name": "foreign"}]
    url = f"{site.url}/cookies/show"
    got = call(api, "/fetch", url=url, type=fetcher, initialCookies=cookies)

    assert json.loads(got.text) == {"sid": "1"}


def test_a_pdf_and_a_picture_come_in_one_call(api: ApiClient, dynamic_site: DynamicSite) -> None:
    """With images in them; `output: file` answers the link, as text."""
    url = f"{dynamic_site.url}/looks.html"
    pdf = call(api, "/convert/url/pdf", url=url, paperSize="A5", landscape=True)
    link = call(api, "/convert/url/screenshot", url=url, clipSelector="#blue", output="file")
    got = requests.get(link.text, timeout=10)
    pages = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    image = Image.open(io.BytesIO(got.content))

    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"].endswith(".pdf")
    assert "Words to read: Grüße" in pages[0].extract_text()
    assert link.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert got.headers["Content-Type"] == "image/png"
    assert (image.size, image.getpixel((150, 75))) == ((300, 150), BLUE)


def test_a_picture_survives_the_death_of_its_worker(
    api: ApiClient, stack: RunningStack, dynamic_site: DynamicSite
) -> None:
    """Killed while the page waits: another worker takes the picture, and one page is charged."""
    task = api.post(
        "/task/create",
        json={"payload": {
            "capture": "screenshot", "url": f"{dynamic_site.url}/looks.html", "waitDelay": 3,
        }},
    )  # fmt: skip
    process = api.post(f"/task/{task['id']}/run")["id"]
    api.wait(process, lambda now: now["requestCount"] >= 1)
    kill_children(stack, process)
    ended = api.wait(process)
    image = Image.open(io.BytesIO(api.file(ended["results"])))
    charged = stack.rows("SELECT count(*) FROM ledger WHERE process_id = %s", process)

    assert ended["status"] == "finished"
    assert (image.size, image.getpixel((100, 50))) == ((800, 600), RED)
    assert (charged, ended["responseCount"], ended["cost"]) == ([(1,)], 1, 1)
    assert stack.rows("SELECT 1 FROM documents WHERE process_id = %s", process) == []


def test_a_page_that_is_an_error_is_a_failed_call(
    api: ApiClient, dynamic_site: DynamicSite
) -> None:
    """502 with the reason and the process; unless the payload takes an error page for a page."""
    url = f"{dynamic_site.url}/status?code=404&body=gone"
    answer = call(api, "/convert/url/pdf", 502, url=url)
    taken = call(api, "/fetch", url=url, ignoreHTTPStatusErrCodes=True)

    assert "404" in answer.json()["detail"]
    assert len(answer.headers["Process-Id"]) == 27
    assert taken.text == "gone"


@pytest.mark.parametrize("path", ["/fetch", "/extract"])
def test_a_caller_who_hangs_up_cancels_the_process(
    api: ApiClient, stack: RunningStack, site: SiteServer, path: str
) -> None:
    """Nobody is left to read the answer: what was not fetched is not fetched any more."""
    body: dict[str, Any] = {"request": {"url": f"{site.url}/slow?seconds=20"}, "format": "json"}
    body |= {"name": "x", "fields": [{"name": "T", "selector": "h1"}]}
    if path == "/fetch":
        body = {"url": f"{site.url}/slow?seconds=20"}
    data = json.dumps(body).encode()
    where = urlsplit(api.url)
    head = (
        f"POST /v1{path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {stack.api_key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    newest = "SELECT id, state FROM processes ORDER BY seq DESC LIMIT 1"
    before = stack.rows(newest)
    with socket.create_connection((where.hostname or "", where.port or 80), 5) as line:
        line.sendall(head.encode() + data)
        eventually(lambda: stack.rows(newest)[:1] != before[:1])
    eventually(lambda: stack.rows(newest)[0][1] == "canceled")

    assert stack.rows(newest)[0] not in before
