"""Reads a page as an engine does, with a query that has something to encode."""

from __future__ import annotations

from schemas.plan import Serp
from schemas.registry import SERP_ENGINES
from workers import plugins
from workers.serp.base import Engine, SerpPage

BASE = "http://127.0.0.1:28123"


def engine_of(name: str) -> Engine:
    engine: Engine = plugins.plugin(SERP_ENGINES, name)()
    return engine


def wish(engine: str, *include: str) -> Serp:
    return Serp(engine=engine, q="moss & stone", country="de", language="en", include=include)


def read(name: str, html: str, *include: str, number: int = 1) -> SerpPage:
    engine, serp = engine_of(name), wish(name, *include)
    return engine.read(html, engine.first_url(serp, BASE), serp=serp, page=number)
