"""The guide to the file formats shows what is really written."""

import re
from pathlib import Path

import orjson
import pytest

from schemas import registry
from schemas.plan import LINK, Collection, Field, Plan, Request
from workers import plugins

GUIDE = (Path(__file__).parents[2] / "docs/formats.md").read_text("utf-8")
PLAN = Plan(
    name="books",
    format="csv",
    collections=(
        Collection(
            index=0,
            name="books",
            request=Request(),
            fields=(
                Field(name="Title", selector="a", kind=LINK, attrs=("href", "text"), details=1),
            ),
        ),
        Collection(
            index=1,
            name="one",
            request=Request(),
            fields=(Field(name="Price", selector="b"),),
            parent=0,
        ),
    ),
)


def example(language: str) -> str:
    found = re.search(f"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("name", ["csv", "xml"])
def test_the_examples_of_the_guide_are_what_is_written(name: str) -> None:
    """Whoever programs after the guide is not misled."""
    record = orjson.dumps(orjson.loads(example("json")))
    written = b"".join(plugins.plugin(registry.OUTPUTS, name)(PLAN).encode([record]))

    assert written.decode().replace("\r\n", "\n") == example(name)


def test_the_guide_names_every_format_and_spelling() -> None:
    """Its table is the registry's."""
    rows = GUIDE.split("\n\n")[2].splitlines()[2:]
    names = ["|".join(row.split("|")[:3]) for row in rows]
    spellings = {word.lower() for name in names for word in re.findall("`([^`]+)`", name)}

    assert spellings == set(registry.OUTPUTS) | set(registry.FORMAT_ALIASES)
