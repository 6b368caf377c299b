import pytest

from tests.unit.schemas.samples import (
    details,
    faults,
    field,
    fields,
    payload,
    without,
)

FIELD = "/fields/0"

CASES: list[tuple[object, str, str]] = [
    ([], "", "JSON object"),
    (None, "", "JSON object"),
    ("x", "", "JSON object"),
    (without("name"), "/name", "Give the collection a name"),
    (payload(name=" "), "/name", "Give the collection a name"),
    (payload(name=7), "/name", "string"),
    (payload(name="n" * 201), "/name", "too long"),
    (without("fields"), "/fields", "what to extract"),
    (payload(fields=[]), "/fields", "empty"),
    (payload(fields={}), "/fields", "list"),
    (payload(fields=[1]), FIELD, "JSON object"),
    (payload(fields=[{}] * 1001), "/fields", "at most 1000"),
    (payload(fields=[{"selector": "a"}]), FIELD + "/name", "Give the field a name"),
    (payload(fields=[{"name": "a"}]), FIELD + "/selector", "CSS selector"),
    (field(name=""), FIELD + "/name", "empty"),
    (field(selector=" "), FIELD + "/selector", "empty"),
    (field(selector="a\0"), FIELD + "/selector", "NUL"),
    (field(type=3), FIELD + "/type", "0 to 2"),
    (field(type=True), FIELD + "/type", "whole number"),
    (field(type="link"), FIELD + "/type", "whole number"),
    (field(type=1.5), FIELD + "/type", "whole number"),
    (field(attrs=[]), FIELD + "/attrs", "empty"),
    (field(attrs="text"), FIELD + "/attrs", "list"),
    (field(attrs=["text", ""]), FIELD + "/attrs/1", "empty"),
    (field(attrs=["two words"]), FIELD + "/attrs/0", "can't be an attribute"),
    (field(attrs=[1]), FIELD + "/attrs/0", "string"),
    (field(attrs=["text", "text"]), FIELD + "/attrs", "`Title_text` is made twice"),
    (field(filters="trim"), FIELD + "/filters", "list"),
    (field(filters=["trim"]), FIELD + "/filters/0", "JSON object"),
    (field(filters=[{}]), FIELD + "/filters/0/name", "required"),
    (field(filters=[{"name": "trimm"}]), FIELD + "/filters/0/name", "Did you mean `trim`?"),
    (field(filters=[{"name": "x"}]), FIELD + "/filters/0/name", "`regex`"),
    (field(filters=[{"name": "regex"}]), FIELD + "/filters/0/param", "expression"),
    (field(filters=[{"name": "regex", "param": ""}]), FIELD + "/filters/0/param", "expression"),
    (field(filters=[{"name": "trim", "param": "x"}]), FIELD + "/filters/0/param", "no parameter"),
    (field(filters=[{"name": "trim", "params": "x"}]), FIELD + "/filters/0/params", "`param`?"),
    (fields({"name": "a"}, {"name": "a"}), "/fields/1/name", "Another field"),
    (
        fields({"name": "a", "attrs": ["b_c"]}, {"name": "a_b", "attrs": ["c"]}),
        "/fields/1/attrs",
        "`a_b_c` is made twice",
    ),
    (field(attrs=["details"], details={"fields": [{"name": "x", "selector": "y"}]}),
     FIELD + "/attrs", "`Title_details`"),
    (field(details={}), FIELD + "/details/fields", "what to extract"),
    (field(details=[]), FIELD + "/details", "JSON object"),
    (details(pagnator={}), FIELD + "/details/pagnator", "did you mean `paginator`?"),
    (details(format="doc"), FIELD + "/details/format", "`xlsx`"),
    (details(path=True), FIELD + "/details/path", "only navigates"),
    (details(request={"formData": {}}), FIELD + "/details/request/formData", "reached by links"),
    (details(request={"method": "POST"}), FIELD + "/details/request/method", "`get`"),
    (details(paginator={"type": "scroll"}), FIELD + "/details/paginator/type", "needs a browser"),
    (payload(path=True), "/path", "only navigates"),
    (payload(path="true"), "/path", "true or false"),
    (payload(path=1), "/path", "true or false"),
    (without("format"), "/format", "Say which file"),
    (payload(format="pdf"), "/format", "`json lines`"),
    (payload(format=None), "/format", "null"),
    (payload(commonParent=[]), "/commonParent", "string"),
    (payload(paginator={}), "/paginator/nextPageSelector", "link to the next page"),
    (payload(paginator={"nextPageSelector": ""}), "/paginator/nextPageSelector", "empty"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 0}), "/paginator/pageNum", "range"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": -1}), "/paginator/pageNum", "range"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": True}), "/paginator/pageNum", "whole"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 1.5}), "/paginator/pageNum", "whole"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 1e300}), "/paginator/pageNum", "range"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": "x"}), "/paginator/pageNum", "whole"),
    (payload(paginator={"nextPageSelector": "a", "pageNum": 2**31}), "/paginator/pageNum", "range"),
    (payload(paginator={"selector": "a"}), "/paginator/selector", "`nextPageSelector`?"),
    (payload(type="chrome", paginator={"type": "click"}), "/paginator/selector", "element"),
    (payload(type="chrome", paginator={"type": "scroll", "selector": "a"}), "/paginator/selector",
     "remove it"),
    (payload(paginator={"type": "scroll"}), "/paginator/type", "needs a browser"),
    (payload(paginator={"type": "clik"}), "/paginator/type", "Did you mean `click`?"),
    (payload(paginator=None), "/paginator", "null"),
    (payload(paginatr={}), "/paginatr", "did you mean `paginator`?"),
    (payload(zzz=1), "/zzz", "Known are"),
    (payload(**{"a/b~": 1}), "/a~1b~0", "not known"),
    (payload(**{"x" * 300: 1}), "", "not known"),
    (payload(_schema=1), "", "`_schema` is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "pointer", "word"), CASES, ids=range(len(CASES)))
def test_a_fault_of_a_collection_is_named_at_its_place(
    sent: object, pointer: str, word: str
) -> None:
    """One thing is wrong, and one fault says where and what, as a sentence."""
    found = faults(sent)

    assert [(place, word in detail) for place, detail in found] == [(pointer, True)]
    assert found[0][1].endswith((".", "?"))
