"""Pages for people, and the document they are made of."""

from __future__ import annotations

from flask import Response, current_app, jsonify, render_template, request

from app.problems import STATUS

CACHE = "public, max-age=300"


def openapi() -> Response:
    """Show the OpenAPI document."""
    return jsonify(current_app.config["OPENAPI"])


def docs() -> Response:
    """Show the same, to read."""
    return Response(
        render_template(
            "docs.html",
            document=current_app.config["OPENAPI"],
            problems=STATUS,
            base=request.url_root.rstrip("/"),
        )
    )


def landing() -> Response:
    """Show where to begin."""
    return Response(render_template("landing.html"))


def style() -> Response:
    """Show how the pages look."""
    text = render_template("docs.css")
    return Response(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": CACHE})
