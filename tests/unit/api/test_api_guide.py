from __future__ import annotations

import re
from pathlib import Path

from app.operations import OPERATIONS
from app.problems import STATUS
from app.spelling import canonical

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_call_in_the_guide_exists() -> None:
    """And every operation below /v1 is named in it, but for those that are not there yet."""
    written = {
        canonical(re.sub(r"\$?(ID|TASK|PROCESS)\b", "{}", path)).rstrip("/")
        for path in re.findall(r"/v1/[\w/$-]+", GUIDE)
    }
    known = {re.sub(r"{\w+}", "{}", operation.path) for operation in OPERATIONS}
    there = {
        re.sub(r"{\w+}", "{}", operation.path)
        for operation in OPERATIONS
        if operation.path.startswith("/v1") and operation.answer.content
    }

    assert written - {"/v1/convert/url"} <= known
    assert there <= written


def test_every_code_of_a_problem_is_in_the_guide() -> None:
    """Programs are written against these."""
    unseen = {"broker_unavailable", "browser_unavailable"}

    assert {code for code in STATUS if f"`{code}`" not in GUIDE} == unseen
