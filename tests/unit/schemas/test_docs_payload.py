from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from schemas.collection import CollectionPayloadSchema
from schemas.fields import FieldSchema
from schemas.filters import NAMES
from schemas.paginators import PaginatorSchema
from schemas.requests import RequestSchema
from workers.task_input import load_draft

GUIDE = (Path(__file__).parents[3] / "docs" / "payload.md").read_text(encoding="utf-8")


def test_the_example_of_the_guide_is_a_task() -> None:
    """Pasted as it stands."""
    (example,) = re.findall(r"example: begin.*?```json\n(.*?)```", GUIDE, re.DOTALL)
    draft = load_draft({"payload": json.loads(example)}, countries=frozenset())

    assert (draft.plan.name, len(draft.plan.collections)) == ("books", 2)


@pytest.mark.parametrize(
    "schema", [CollectionPayloadSchema, RequestSchema, FieldSchema, PaginatorSchema]
)
def test_every_member_of_a_payload_is_in_the_guide(schema: Any) -> None:
    """A member that nobody can read of is none."""
    assert {name for name in schema().known if not re.search(rf'[`"]{name}[`"]', GUIDE)} == set()


def test_every_filter_is_in_the_guide() -> None:
    """In each of its spellings."""
    assert {name for name in NAMES if f"`{name}`" not in GUIDE} == set()
