"""The document of a process that looked at pages: made of what its analysis found on each."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from schemas import registry
from schemas.plan import Plan
from schemas.rows.pages import LookRow
from workers import plugins
from workers.analyses.base import AnalysisCase, AnalysisKind, PageTold, Rates
from workers.db import Database
from workers.db.named import LOOKS
from workers.queues import FETCHING
from workers.settings import settings


def document(database: Database, process_id: str, plan: Plan, records: Iterable[bytes]) -> bytes:
    """Return the document (JSON) of what was found on a few pages, also where nothing was.

    ``records``: those of the process, as a results file would hold them.
    """
    if plan.analysis is None:
        raise ValueError("this plan looks at nothing")
    with database.reading() as tx:
        rows = tx.all(LOOKS, process_id=process_id)
    case = AnalysisCase(
        plan=plan, pages=[_told(row, plan) for row in rows], rates=_rates(), records=iter(records)
    )
    kind: AnalysisKind = plugins.plugin(registry.ANALYSES, plan.analysis.kind)()
    return orjson.dumps(kind.answer(case))


def _told(row: LookRow, plan: Plan) -> PageTold:
    return PageTold(
        url=row.url,
        position=tuple(row.position),
        collection=row.collection,
        fetcher=row.queue if plan.source == "web" else plan.source,
        status=row.http_status,
        verdict=row.verdict or "failed",
        size=row.bytes,
        milliseconds=row.milliseconds,
        records=row.record_count,
        error=row.error or "",
        found=None if row.body is None else orjson.loads(row.body),
    )


def _rates() -> Rates:
    own = settings()
    return Rates(
        prices={name: kind.price(own) for name, kind in FETCHING.items()},
        max_pages=own.max_pages,
        respect_robots=own.respect_robots,
    )
