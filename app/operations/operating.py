"""What needs no key, described: for those who run the service, and for readers."""

from __future__ import annotations

from typing import Final

from app.components import DOCUMENT, TEXT
from app.exposition import CONTENT_TYPE
from app.operation import Answer, Operation
from app.operations.common import JSON
from app.views import health, pages
from schemas.json_schema import Component


def _open(name: str, *, tag: str, summary: str, kind: str, schema: Component = TEXT) -> Operation:
    """Describe a page that needs no key; its view has its name."""
    view = getattr(pages, name, None) or getattr(health, name)
    return Operation(
        name=name,
        methods=("GET",),
        path={"landing": "/", "openapi": "/openapi.json", "style": "/docs.css"}.get(
            name, f"/{name}"
        ),
        view=view,
        tag=tag,
        summary=summary,
        scope=None,
        problems=(503,) if name == "readyz" else (401, 503) if name == "metrics" else (),
        answer=Answer(description="As asked", content={kind: schema}),
    )


HTML = "text/html"
OPERATED: Final = (
    _open("healthz", tag="Operating", summary="Is it alive", kind=JSON, schema=health.STATUS),
    _open("readyz", tag="Operating", summary="Can it serve", kind=JSON, schema=health.READINESS),
    _open("metrics", tag="Operating", summary="Numbers for Prometheus", kind=CONTENT_TYPE),
    _open("openapi", tag="Operating", summary="This document", kind=JSON, schema=DOCUMENT),
    _open("docs", tag="Operating", summary="This document, to read", kind=HTML),
    _open("style", tag="Operating", summary="How that looks", kind="text/css"),
    _open("landing", tag="Operating", summary="Where to begin", kind=HTML),
)
