"""Links: from the name of a results file to a URL from which anybody can load it for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Response, g, jsonify, request

from app.body import read_results_name
from app.ports import ports
from schemas.answers import AnswerSchema, Moment, ShownText
from workers import processes


class LinkSchema(AnswerSchema):
    """A link from which anybody can load a file for a while."""

    link = ShownText()
    expires_at = Moment(data_key="expiresAt")


LINK: Final = LinkSchema()


def getlink() -> Response:
    """Answer the presigned link, as text or, when asked for, as JSON."""
    name = read_results_name()
    row = processes.find_results(ports().database, account_id=g.account_id, name=name)
    ttl = ports().settings.link_ttl
    expires = datetime.now(UTC) + timedelta(seconds=ttl)
    link = ports().storage.link(row.results_key, row.results_name, ttl)
    kinds = ["text/plain", "application/json"]
    if request.accept_mimetypes.best_match(kinds, kinds[0]) == "application/json":
        return jsonify(LINK.dump({"link": link, "expires_at": expires}))
    return Response(link, content_type="text/plain; charset=utf-8")
