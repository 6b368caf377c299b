"""Links: from the name of a results file to a URL from which anybody can load it for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Response, g, jsonify, request

from app.body import read_results_name
from app.ports import ports
from app.views.records import plan_or_conflict
from schemas.answers import AnswerSchema, Moment, ShownText
from schemas.formats import SPELLINGS
from schemas.plan import Plan
from schemas.problem import Fault, Invalid
from schemas.registry import OUTPUTS
from workers import processes
from workers.publish import other_files

AGAIN: Final = 2  # seconds after which a file that is being made may be there


class LinkSchema(AnswerSchema):
    """A link from which anybody can load a file for a while."""

    link = ShownText()
    expires_at = Moment(data_key="expiresAt")


LINK: Final = LinkSchema()


def getlink() -> Response:
    """Answer the presigned link, as text or, when asked for, as JSON."""
    name = read_results_name()
    row = processes.find_results(ports().database, account_id=g.account_id, name=name)
    return _link(row.results_key, row.results_name)


def file(process_id: str) -> Response:
    """Answer the link to a process' results in any format, or that they are being made."""
    process = processes.find(ports().database, account_id=g.account_id, process_id=process_id)
    plan = plan_or_conflict(process)
    output = _read_format(plan)
    wanted = other_files.wanted_file(ports().database, process, plan, output=output)
    if wanted is not None:
        return _link(wanted.key, wanted.name)
    text = f"The file is being made: ask again in {AGAIN} seconds.\n"
    return Response(text, status=202, headers={"Retry-After": str(AGAIN)}, mimetype="text/plain")


def _read_format(plan: Plan) -> str:
    """Return the format that is asked for: the payload's own, if none is."""
    text = request.args.get("format", "").strip().lower()
    output = SPELLINGS.get(text) if text else plan.format
    if output is None:
        raise Invalid([Fault("/format", f"must be one of {', '.join(OUTPUTS)}")])
    return output


def _link(key: str, name: str) -> Response:
    ttl = ports().settings.link_ttl
    expires = datetime.now(UTC) + timedelta(seconds=ttl)
    link = ports().storage.link(key, name, ttl)
    kinds = ["text/plain", "application/json"]
    if request.accept_mimetypes.best_match(kinds, kinds[0]) == "application/json":
        return jsonify(LINK.dump({"link": link, "expires_at": expires}))
    return Response(link, content_type="text/plain; charset=utf-8")
