"""Links: from the name of a results file to a URL from which anybody can load it for a while."""

from __future__ import annotations

import time

from flask import Response, g, jsonify, request

from app.body import read_results_name
from app.ports import ports
from workers import processes


def getlink() -> Response:
    """Answer the presigned link, as text or, when asked for, as JSON."""
    name = read_results_name()
    row = processes.find_results(ports().database, account_id=g.account_id, name=name)
    ttl = ports().settings.link_ttl
    expires = int(time.time()) + ttl
    link = ports().storage.link(row.results_key, row.results_name, ttl)
    kinds = ["text/plain", "application/json"]
    if request.accept_mimetypes.best_match(kinds, kinds[0]) == "application/json":
        return jsonify({"link": link, "expiresAt": str(expires)})
    return Response(link, content_type="text/plain; charset=utf-8")
