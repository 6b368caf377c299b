"""The real parts of a worker child, made when first needed (after the fork) from the settings."""

from __future__ import annotations

from functools import cache, partial

from schemas import registry
from schemas.plan import Plan
from schemas.slice import OpenSlice
from workers import frontier, plugins, processes
from workers.crawl.ports import CrawlOptions
from workers.db import WORK_PATIENCE, Database
from workers.fetchers.base import Fetcher, FetcherOptions
from workers.fetchers.proxies import ProxyPool
from workers.metrics import Metrics
from workers.processes.advance import Prices, prices_of
from workers.publish import page_copies
from workers.queues import FETCHING
from workers.runtime import identity
from workers.runtime.slice_ports import PostgresPorts
from workers.settings import settings
from workers.storage.base import Storage


@cache
def database() -> Database:
    """Return this child's connections to Postgres."""
    return Database(settings().database_url, patience=WORK_PATIENCE)


@cache
def storage() -> Storage:
    """Return the object storage."""
    made: Storage = plugins.plugin(registry.STORAGES, "s3")(settings())
    return made


@cache
def proxy_pool() -> ProxyPool:
    """Return the operator's proxies, with what this child knows of them."""
    return ProxyPool(settings().proxies, secret=settings().secret_key)


@cache
def prices() -> Prices:
    """Return what pages cost here."""
    return prices_of(settings())


def limits(queue: str, plan: Plan) -> frontier.Limits:
    """Return the limits of a process and the price of this queue's pages: what is here is free."""
    return frontier.Limits(
        max_pages=settings().max_pages,
        max_runtime=settings().max_runtime,
        price=prices().of(queue) if plan.source == "web" else 0,
    )


def options_for(queue: str, *, fallback: bool) -> CrawlOptions:
    """Return the options of a slice of this queue."""
    own, kind = settings(), FETCHING[queue]
    return CrawlOptions(
        queue=queue,
        seconds=own.slice_seconds,
        in_flight=kind.in_flight(own),
        retries=own.fetch_retries,
        backoff=own.fetch_backoff,
        timeout=kind.timeout(own),
        max_bytes=own.max_response_bytes,
        extract_seconds=own.extract_timeout,
        host_concurrency=own.host_concurrency,
        host_delay=own.host_delay,
        respect_robots=own.respect_robots,
        user_agent=own.user_agent,
        robots_agent=own.robots_agent,
        fallback=fallback,
    )


def _fetcher(name: str, slice_: OpenSlice) -> Fetcher:
    made: Fetcher = plugins.plugin({**registry.FETCHERS, **registry.HELD_FETCHERS}, name)(
        FetcherOptions(
            allowed_networks=settings().allowed_networks,
            cookies=slice_.cookies,
            chrome_path=settings().chrome_path,
            profile=slice_.process_id,
            held=partial(processes.given_page, database(), slice_.process_id),
        )
    )
    return made


def open_ports(slice_: OpenSlice, plan: Plan, metrics: Metrics) -> PostgresPorts:
    """Return the real parts for one slice at a process of this plan."""
    fetcher = _fetcher(slice_.queue if plan.source == "web" else plan.source, slice_)
    return PostgresPorts(
        database(),
        slice_,
        fetcher=fetcher,
        asker=fetcher if slice_.queue == "base" else _fetcher("base", slice_),
        limits=limits(slice_.queue, plan),
        prices=prices(),
        host_concurrency=settings().host_concurrency,
        proxies=proxy_pool(),
        keep=partial(page_copies.keep, database(), storage(), slice_),
        stopping=identity.stopping,
        metrics=metrics,
    )
