"""The five mistakes that everybody makes: the run names each, with the cure."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.acceptance.client import ApiClient, RunningStack
from tests.site import truth
from tests.site.server import SiteServer

SHOP = truth.Shop(3, 4)


def changed(payload: dict[str, Any], mistake: str) -> dict[str, Any]:
    """Return the payload with one mistake in it."""
    fields = [dict(field) for field in payload["fields"]]
    if mistake == "block":
        return payload | {"commonParent": ".cart"}
    if mistake == "field":
        fields[1]["selector"] = ".prize"
    elif mistake == "details":
        below = fields[0]["details"]["fields"]
        wrong = [field | {"selector": f"{field['selector']}-x"} for field in below]
        fields[0]["details"] = fields[0]["details"] | {"fields": wrong}
    elif mistake == "next":
        return payload | {"paginator": {"nextPageSelector": "a.nxt", "pageNum": 3}}
    else:
        return payload | {"paginator": {"nextPageSelector": "a.next"}}
    return payload | {"fields": fields}


@pytest.mark.parametrize(
    ("mistake", "code", "pointer"),
    [
        ("block", "no_blocks", "/commonParent"),
        ("field", "field_empty", "/fields/1/selector"),
        ("next", "no_next", "/paginator/nextPageSelector"),
        ("details", "no_details", "/fields/0/details"),
        ("pageNum", "page_num_1", "/paginator"),
    ],
)
def test_a_typical_mistake_is_named_by_the_run(
    api: ApiClient, site: SiteServer, mistake: str, code: str, pointer: str
) -> None:
    """In its object and its log; what is right is not blamed beside it."""
    payload = changed(truth.payload(SHOP, site.url), mistake)
    ended = api.wait(api.run(payload)["id"])
    first = ended["warnings"][0]
    log = requests.get(ended["logFile"], timeout=10).text.splitlines()

    assert ended["status"] == "finished"
    assert (first["code"], first["pointer"]) == (code, pointer)
    assert first["hint"]
    assert any(line.startswith(f"# warning {code} at {pointer}: ") for line in log[-10:])


@pytest.mark.parametrize(
    ("mistake", "previewed", "told", "statuses"),
    [
        ("block", "no_blocks", "no_blocks", (1, 4)),
        ("field", "field_empty", "field_empty", (0, 0)),
        ("next", "no_next", "no_next", (0, 0)),
        ("details", "field_empty", "no_details", (0, 0)),
        ("pageNum", "page_num_1", "page_num_1", (0, 0)),
    ],
)
def test_a_typical_mistake_is_named_by_the_command_line(
    stack: RunningStack,
    site: SiteServer,
    tmp_path: Path,
    *,
    mistake: str,
    previewed: str,
    told: str,
    statuses: tuple[int, int],
) -> None:
    """Before the run and after it, with the cure; where no record came, the exit status says so."""
    payload = changed(truth.payload(SHOP, site.url), mistake)
    (tmp_path / "shop.json").write_text(json.dumps(payload), encoding="utf-8")
    before, after = (typed(stack, tmp_path, word, "shop.json") for word in ("preview", "run"))

    assert (before.returncode, after.returncode) == statuses, before.stderr + after.stderr
    for seen, code in ((before, previewed), (after, told)):
        assert re.search(rf"^warning: /\S+: .* \({code}\)\n  \S", seen.stderr, re.MULTILINE)


def typed(stack: RunningStack, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a folder, whatever becomes of it."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.cli", *words],
        cwd=folder,
        env={**os.environ, "GRISTMILL_HOME": str(stack.home), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_right_payload_has_figures_and_no_warning(api: ApiClient, site: SiteServer) -> None:
    """The figures are of the file: three listings of four items, and a details page each."""
    ended = api.wait(api.run(truth.payload(SHOP, site.url))["id"])
    figures = api.get(f"/process/{ended['id']}/stats")
    columns = {column["column"]: column for column in figures["columns"]}

    assert ended["warnings"] == []
    assert figures["records"] == 12
    assert columns["Title_text"]["filled"] == columns["Title_text"]["distinct"] == 12
    assert columns["Title_href"]["types"] == {"url": 12}
    assert all(column["filled"] for column in columns.values())
