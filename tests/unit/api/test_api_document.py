from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def _document(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json  # type: ignore[assignment]
    return document


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from _references(part)
    if isinstance(value, list):
        for part in value:
            yield from _references(part)


def test_routes_and_document_say_the_same(app: Flask, client: FlaskClient) -> None:
    """Every routed method is documented and nothing else is."""
    routed = {
        (re.sub(r"<id:(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & METHODS
    }
    documented = {
        (path, method.upper())
        for path, entry in _document(client)["paths"].items()
        for method in entry
    }

    assert routed == documented


def test_every_reference_of_the_document_resolves(client: FlaskClient) -> None:
    """And every schema is used by something."""
    document = _document(client)
    named = set(document["components"]["schemas"])
    used = {reference.rpartition("/")[2] for reference in _references(document)}

    assert used == named


def test_operation_ids_are_unique(client: FlaskClient) -> None:
    """Generated clients make a function of each."""
    ids = [
        operation["operationId"]
        for entry in _document(client)["paths"].values()
        for operation in entry.values()
    ]

    assert len(ids) == len(set(ids))


def test_the_docs_show_every_path_and_every_schema(client: FlaskClient) -> None:
    """One document, two faces."""
    document = _document(client)
    page = client.get("/docs").text

    assert all(f"<code>{path}</code>" in page for path in document["paths"])
    assert all(f'id="schema-{name}"' in page for name in document["components"]["schemas"])
    assert 'id="problem-not_found"' in page


def test_every_link_within_the_docs_leads_somewhere(client: FlaskClient) -> None:
    """Anchors and pages both."""
    page = client.get("/docs").text
    links = set(re.findall(r'href="([^"]+)"', page))
    anchors = set(re.findall(r'id="([^"]+)"', page))

    assert {link[1:] for link in links if link.startswith("#")} <= anchors
    assert {client.get(link).status_code for link in links if link.startswith("/")} == {200}


def test_the_pages_need_no_third_party(client: FlaskClient) -> None:
    """Nothing is loaded from any other host, and no script at all."""
    for url in ("/docs", "/", "/docs.css"):
        text = client.get(url).text
        assert "<script" not in text
        assert set(re.findall(r"https?://([^/\s\"<]+)", text)) <= {"localhost"}


def test_what_the_quick_writer_of_json_can_not_write_is_written_all_the_same(app: Flask) -> None:
    """Numbers beyond 64 bits; the order stays, and so do umlauts."""
    told = {"big": 10**30, "small": 1, "text": "ä"}

    assert json.loads(app.json.dumps(told)) == told
    assert app.json.dumps({"b": "ä", "a": [1.5, None]}) == '{"b":"ä","a":[1.5,null]}'
