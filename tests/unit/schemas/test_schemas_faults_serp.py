import pytest

from tests.unit.schemas.samples import (
    URL,
    faults,
    serp,
)

CASES: list[tuple[object, str, str]] = [
    (serp(engine="gogle"), "/engine", "Did you mean `google`?"),
    (serp(engine=None), "/engine", "null"),
    ({"name": "s", "q": "x", "format": "json"}, "/engine", "Name the engine"),
    (serp(q=""), "/q", "Say what to search"),
    (serp(q="x" * 2001), "/q", "too long"),
    (serp(country="usa"), "/country", "two letters"),
    (serp(language="english language"), "/language", "`en`"),
    (serp(pageNum=0), "/pageNum", "range"),
    (serp(include=["ad"]), "/include/0", "Did you mean `ads`?"),
    (serp(include="ads"), "/include", "list"),
    (serp(fields=[]), "/fields", "not known"),
    (serp(url=URL), "/url", "not known"),
    (serp(request={"url": URL}), "/request/url", "engine's own URL"),
    (serp(request={"formData": {}}), "/request/formData", "no form data"),
    (serp(name=""), "/name", "Give the collection a name"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "pointer", "word"), CASES, ids=range(len(CASES)))
def test_a_fault_of_an_engine_payload_is_named_at_its_place(
    sent: object, pointer: str, word: str
) -> None:
    """One thing is wrong, and one fault says where and what, as a sentence."""
    found = faults(sent)

    assert [(place, word in detail) for place, detail in found] == [(pointer, True)]
    assert found[0][1].endswith((".", "?"))
