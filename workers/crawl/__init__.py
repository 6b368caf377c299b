"""One slice, start to end, over ports that are passed in; knows no SQL and no Celery."""

from workers.crawl.ports import CrawlOptions, Ports
from workers.crawl.slice import run_slice

__all__ = ["CrawlOptions", "Ports", "run_slice"]
