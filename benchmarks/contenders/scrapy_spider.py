"""The framework that most know: a Scrapy spider without delays, its middlewares as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from benchmarks.contenders.fields import FIELDS, IN_FLIGHT, ITEMS, NEXT, Row, run

SETTINGS = {
    "CONCURRENT_REQUESTS": IN_FLIGHT,
    "CONCURRENT_REQUESTS_PER_DOMAIN": IN_FLIGHT,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
}
rows: list[Row] = []


class MarketSpider(scrapy.Spider):
    """Follows listing pages and reads the items they link to."""

    name = "market"

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:  # noqa: ANN401 - as Scrapy has it
        """Read a listing page."""
        yield from response.follow_all(css=ITEMS, callback=self.item)
        yield from response.follow_all(css=NEXT)

    def item(self, response: Response) -> Iterator[dict[str, str]]:
        """Read an item's page."""
        row = {}
        for name, selector, what in FIELDS:
            if what == "text":
                row[name] = "".join(response.css(selector)[0].css("::text").getall())
            else:
                row[name] = response.urljoin(response.css(selector).attrib[what])
        yield row


class Collect:
    """The last pipeline: keeps rows in memory."""

    def process_item(self, item: Row) -> Row:
        """Keep a row."""
        rows.append(item)
        return item


def crawl(start: str) -> list[Row]:
    """Fetch all that ``start`` leads to."""
    process = CrawlerProcess({**SETTINGS, "ITEM_PIPELINES": {Collect: 1}})
    process.crawl(MarketSpider, start_urls=[start])
    process.start()
    return rows


if __name__ == "__main__":
    run(crawl)
