"""A number of a page is one wherever it comes out: in files, and in a webhook."""

from __future__ import annotations

import csv
import io
import json

import openpyxl

from tests.acceptance.client import ApiClient, eventually
from tests.builders.receivers import receiver
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(1, 3)
PRICES = [float(truth.price(number).removesuffix(" €")) for number in SHOP.on_page(1)]


def _payload(site: SiteServer, output: str) -> dict[str, object]:
    price = {"name": "Price", "selector": ".price", "filters": [{"name": "number"}]}
    return truth.payload(SHOP, site.url, output=output) | {"fields": [price]}


def test_a_file_holds_numbers_where_its_format_has_them(api: ApiClient, site: SiteServer) -> None:
    """JSON numbers, number cells, plain digits."""
    runs = {name: api.run(_payload(site, name))["id"] for name in ("json", "csv", "xlsx")}
    files = {name: api.file(api.wait(process)["results"]) for name, process in runs.items()}
    table = list(csv.reader(io.StringIO(files["csv"].decode(), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]

    assert json.loads(files["json"]) == [{"Price_text": price} for price in PRICES]
    assert [float(cell) for (cell,) in table[1:]] == PRICES
    assert [cell.value for (cell,) in sheet.iter_rows(min_row=2)] == PRICES


def test_a_webhook_holds_numbers_too(api: ApiClient, site: SiteServer) -> None:
    """Its records are those of the file, whatever the file's format."""
    with receiver() as inbox:
        api.wait(api.run(_payload(site, "csv"), webhook=inbox.url)["id"])
        eventually(lambda: len(inbox.got) > 0, 20)
        results = json.loads(inbox.got[0].body)["data"]["results"]

    assert results == [{"Price_text": price} for price in PRICES]
