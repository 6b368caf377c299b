from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.openapi import document
from app.operations import OPERATIONS
from app.problems import STATUS
from app.spelling import canonical
from schemas.analyses import PREVIEW_WISHES
from schemas.codes import PAGE_VERDICTS, PROCESS_ERRORS
from schemas.warnings import WARNINGS

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "api.md").read_text(encoding="utf-8")
SCHEMAS = document(OPERATIONS)["components"]["schemas"]
SINGLE = (DOCS / "single-calls.md").read_text(encoding="utf-8")


def test_every_call_in_the_guide_exists() -> None:
    """And every operation below /v1 is named in it."""
    written = {
        canonical(re.sub(r"\$?(ID|TASK|PROCESS)\b", "{}", path)).rstrip("/")
        for path in re.findall(r"/v1/[\w/$-]+", GUIDE)
    }
    known = {re.sub(r"{\w+}", "{}", operation.path) for operation in OPERATIONS}
    there = {
        re.sub(r"{\w+}", "{}", operation.path)
        for operation in OPERATIONS
        if operation.path.startswith("/v1")
    }

    assert written <= known
    assert there <= written


def test_every_code_of_a_problem_is_in_the_guide() -> None:
    """Programs are written against these."""
    unseen = {"broker_unavailable", "browser_unavailable"}

    assert {code for code in STATUS if f"`{code}`" not in GUIDE} == unseen


def test_every_code_of_a_process_and_every_verdict_is_in_guide_and_document() -> None:
    """The lists are closed: a client may have a branch for each."""
    chapter = GUIDE.partition("## What became of a run")[2].partition("\n## ")[0]
    words = {
        word for row in re.findall(r"^\| (`.*?) \|", chapter, re.MULTILINE) for word in _quoted(row)
    }
    error, page = SCHEMAS["ProcessError"]["properties"], SCHEMAS["Page"]["properties"]

    assert words == set(PROCESS_ERRORS) | set(PAGE_VERDICTS)
    assert set(_quoted(error["code"]["description"])) == set(PROCESS_ERRORS)
    assert set(_quoted(page["verdict"]["description"])) == set(PAGE_VERDICTS)


def _quoted(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


@pytest.mark.parametrize("body", ["FetchCall", "PdfCall", "ScreenshotCall"])
def test_what_a_single_call_takes_is_in_the_guide(body: str) -> None:
    """But for what stands there for the vendor's sake alone, or is said elsewhere."""
    elsewhere = {"capture", "name", "delay", "type", "images", "method", "formData"}
    if body == "ScreenshotCall":
        elsewhere |= {"printBackground"}
    members = set(SCHEMAS[body]["properties"]) - elsewhere

    assert {name for name in members if f"`{name}`" not in SINGLE} == set()


def test_every_warning_is_in_the_guide_to_previews() -> None:
    """The list is closed, and so is its table; each member that the call takes is there, too."""
    guide = (DOCS / "preview.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| `(\w+)` \| ", guide.partition("## Warnings")[2], re.MULTILINE))
    members = PREVIEW_WISHES.describe(lambda part: {"$ref": part.component})["properties"]

    assert codes == set(WARNINGS)
    assert {name for name in members if f"`{name}`" not in guide and f'"{name}"' not in guide} == (
        set()
    )
