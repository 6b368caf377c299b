"""Processes: look up, cancel, let go on, and their pages and deliveries."""

from __future__ import annotations

from flask import Response, g, jsonify, request

from app import paging
from app.ports import ports
from schemas.codes import PAGE_VERDICTS, RETRIABLE
from schemas.problem import Fault, Invalid
from schemas.process import dump_delivery, dump_page, dump_process
from schemas.rows.pages import PageRow
from schemas.rows.processes import ProcessRow
from schemas.stats import dump_stats
from workers import deliveries, processes


def dump(row: ProcessRow) -> dict[str, object]:
    """Return the process object, with a link to its log that is good for ``LINK_TTL``."""
    link = ""
    if row.log_key:
        name = f"{row.id}.log"
        link = ports().storage.link(row.log_key, name, ports().settings.link_ttl)
    return dump_process(row, log_link=link)


def info(process_id: str) -> Response:
    """Show a process."""
    row = processes.find(ports().database, account_id=g.account_id, process_id=process_id)
    return jsonify(dump(row))


def stats(process_id: str) -> Response:
    """Show what the file of an ended process holds, column by column."""
    row = processes.stats(ports().database, account_id=g.account_id, process_id=process_id)
    return jsonify(dump_stats(row))


def cancel(process_id: str) -> Response:
    """Stop a process; the answer is a receipt."""
    row = processes.cancel(ports().database, account_id=g.account_id, process_id=process_id)
    return jsonify(dump(row))


def resume(process_id: str) -> Response:
    """Let a stopped process go on."""
    row = processes.resume(
        ports().database,
        account_id=g.account_id,
        process_id=process_id,
        prices=ports().prices,
    )
    return jsonify(dump(row))


def retry(process_id: str) -> Response:
    """Try pages of an ended process again."""
    row = processes.retry(
        ports().database,
        account_id=g.account_id,
        process_id=process_id,
        verdicts=_retried(),
        prices=ports().prices,
    )
    return jsonify(dump(row))


def _retried() -> list[str]:
    """Return the verdicts of the pages to try again: ``failed``, if none is named."""
    words = ",".join(request.args.getlist("verdict")).lower().split(",")
    named = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    unknown = [word for word in named if word not in RETRIABLE]
    if unknown:
        detail = f"`{unknown[0]}` is none of {', '.join(RETRIABLE)}; a comma stands between several"
        raise Invalid([Fault("/verdict", detail)])
    return named or ["failed"]


def pages(process_id: str) -> Response:
    """List the pages of a process in document order."""
    window = paging.read_window(single=False)
    rows = processes.pages(
        ports().database,
        account_id=g.account_id,
        process_id=process_id,
        limit=window.limit + 1,
        after=(list(window.after[:-1]), window.after[-1]) if window.after else None,
        verdict=_verdict(),
    )
    return paging.answer(rows, window, _dump_page, lambda row: [*row.position, row.id])


def _dump_page(row: PageRow) -> dict[str, object]:
    link = ""
    if row.page_copy_key:
        name = f"page-{row.id}.html"
        link = ports().storage.link(row.page_copy_key, name, ports().settings.link_ttl)
    return dump_page(row, kept_link=link)


def _verdict() -> str | None:
    """Return the verdict asked for, None for all."""
    verdict = request.args.get("verdict", "").strip().lower()
    if verdict and verdict not in PAGE_VERDICTS:
        raise Invalid([Fault("/verdict", f"must be one of {', '.join(PAGE_VERDICTS)}")])
    return verdict or None


def list_deliveries(process_id: str) -> Response:
    """List the webhooks and exports of a process with all their attempts."""
    rows = deliveries.of_process(ports().database, account_id=g.account_id, process_id=process_id)
    return jsonify([dump_delivery(row) for row in rows])


def resend(delivery_id: str) -> Response:
    """Send a delivery again, at once."""
    row = deliveries.resend(ports().database, account_id=g.account_id, delivery_id=delivery_id)
    return jsonify(dump_delivery(row))
