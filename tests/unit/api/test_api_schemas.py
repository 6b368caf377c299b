"""What the document says of bodies and answers is what the schemas say, and nothing is left out."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from marshmallow import Schema
from openapi_spec_validator import validate

import schemas
from app.components import Components
from app.openapi import document
from app.operations import OPERATIONS
from schemas.answers import AnswerSchema, Count
from schemas.json_schema import PlainComponent
from schemas.paginators import PaginatorSchema
from schemas.strict import StrictSchema
from schemas.values import Refused, Text, Word

ROOT = Path(__file__).parents[3]
CORPUS = sorted((ROOT / "tests" / "pages").glob("*/payload.json"))
DOCUMENT = document(OPERATIONS)
NAMED: dict[str, Any] = DOCUMENT["components"]["schemas"]


def _descendants(schema: type[Schema]) -> Iterator[type[Schema]]:
    for child in schema.__subclasses__():
        yield child
        yield from _descendants(child)


def _whole_family() -> list[Any]:
    """Return each schema that is documented or no other's base."""
    for module in pkgutil.iter_modules(schemas.__path__, "schemas."):
        importlib.import_module(module.name)
    classes = [*_descendants(StrictSchema), *_descendants(AnswerSchema)]
    ours = [one for one in classes if one.__module__.startswith(("schemas.", "app."))]
    made: list[Any] = [one() for one in ours]
    return [one for one in made if one.component in NAMED or not type(one).__subclasses__()]


FAMILY = _whole_family()


def test_the_document_is_valid() -> None:
    """By the schema of OpenAPI 3.1 and JSON Schema 2020-12."""
    validate(DOCUMENT)


def test_every_process_describes_itself_alike() -> None:
    """Nothing hangs on the order of a set, and no module of ours is named."""
    program = (
        "import json; from app.openapi import document; from app.operations import OPERATIONS; "
        "print(json.dumps(document(OPERATIONS)))"
    )
    texts = {
        subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(texts) == 1
    assert "workers." not in texts.pop()


@pytest.mark.parametrize("schema", FAMILY, ids=lambda schema: schema.component)
def test_every_member_of_every_schema_is_in_the_document(schema: Any) -> None:
    """All that is taken or given, and only that; what is always refused is no member."""
    fields = schema.load_fields if isinstance(schema, StrictSchema) else schema.dump_fields
    known = {
        field.data_key or name for name, field in fields.items() if not isinstance(field, Refused)
    }

    assert set(NAMED[schema.component]["properties"]) == known


def test_a_member_that_a_schema_gains_is_in_the_document() -> None:
    """Nobody has to write it a second time."""

    class GrownSchema(PaginatorSchema):
        """A paginator that can do more."""

        most = Text(required=True, most=7, metadata={"description": "How far."})

    class GivenSchema(AnswerSchema):
        """An answer."""

        amount = Count(data_key="amountOfAll")

    components = Components()
    components(GrownSchema())
    components(GivenSchema())
    grown, given = components.schemas["Grown"], components.schemas["Given"]

    assert grown["description"] == "A paginator that can do more."
    assert grown["required"] == ["most"]
    assert grown["additionalProperties"] is False
    assert grown["properties"].keys() == {*NAMED["Paginator"]["properties"], "most"}
    assert grown["properties"]["most"] == {
        "type": "string",
        "maxLength": 7,
        "description": "How far.",
    }
    assert given["properties"] == {"amountOfAll": {"type": "integer", "minimum": 0}}
    assert given["required"] == ["amountOfAll"]


def test_two_components_of_one_name_are_a_fault() -> None:
    """One of them would be hidden."""
    components = Components()
    components(PlainComponent(component="Twin", schema={"type": "string"}))

    with pytest.raises(AssertionError, match="Twin"):
        components(PlainComponent(component="Twin", schema={"type": "integer"}))


def _inline(value: object, place: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    if isinstance(value, dict):
        is_component = place[:-1] == ("components", "schemas")
        if value.get("type") == "object" and not is_component:
            yield place
        for name, part in value.items():
            yield from _inline(part, (*place, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _inline(part, (*place, index))


def test_every_object_of_the_document_has_a_name() -> None:
    """Programs that make clients give a nameless one a name of their own, and two may meet."""
    assert list(_inline(DOCUMENT)) == []


def test_every_word_and_every_default_of_the_document_is_taken() -> None:
    """A word stands there as it is meant; that other spellings are let in is said beside it."""
    fields = [
        field
        for schema in FAMILY
        if isinstance(schema, StrictSchema)
        for field in schema.load_fields.values()
    ]
    words = [field for field in fields if isinstance(field, Word)]
    defaults = [field for field in fields if isinstance(field.load_default, bool | int | float)]

    assert len(words) > 10
    assert len(defaults) > 10
    for field in words:
        for meaning in set(field.words.values()):
            assert field.deserialize(meaning) == meaning
    for field in defaults:
        assert field.deserialize(field.load_default) == field.load_default


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_words(part) for name, part in value.items() if name != "enum"}
    return [_without_words(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.parent.name)
def test_payloads_that_work_fit_the_document(path: Path) -> None:
    """The document is no stricter than the service, but for the spelling of its words."""
    payload = json.loads(path.read_text(encoding="utf-8"))
    components = {"schemas": _without_words(NAMED)}

    Draft202012Validator(
        {"$ref": "#/components/schemas/Payload", "components": components}
    ).validate(payload)
