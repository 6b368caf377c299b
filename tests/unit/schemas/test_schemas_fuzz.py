from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.payload import load_plan
from schemas.plan import Plan
from schemas.problem import Invalid
from tests.unit.schemas.samples import (
    URL,
)

NAMES = st.sampled_from(
    [
        "name", "request", "url", "type", "proxy", "waitDelay", "actions", "fields", "selector",
        "attrs", "filters", "param", "details", "paginator", "nextPageSelector", "pageNum", "path",
        "format", "commonParent", "headers", "cookies", "formData", "method", "delay", "retries",
        "timeout", "ignoreRobots", "engine", "q", "country", "language", "include", "input",
        "click", "scroll", "waitFor", "clickSelector", "paginate", "_schema", "",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    ["trim", "regex", "base", "chrome", "json", URL, "http://[", "a", "scroll", "google", "2", ""]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | WORDS | WORDS
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)


def outcome(sent: object) -> Plan | Invalid:
    try:
        return load_plan(sent, countries=frozenset({"us"}), task_name="t")
    except Invalid as error:
        return error


def planned_or_refused(sent: object) -> None:
    made = outcome(sent)
    faults = made.faults if isinstance(made, Invalid) else ()

    assert isinstance(made, Plan) or faults
    assert all(fault.detail for fault in faults)
    assert all(fault.pointer == "" or fault.pointer[0] == "/" for fault in faults)
    assert hash(made) is not None


@given(TREES)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_planned_or_refused(sent: object) -> None:
    """Nothing but ``Invalid`` comes out, whatever goes in."""
    planned_or_refused(sent)


@given(
    sent=st.fixed_dictionaries(
        {"name": WORDS, "fields": st.lists(st.dictionaries(NAMES, TREES, max_size=8), max_size=3)},
        optional={
            "request": st.dictionaries(NAMES, TREES, max_size=8),
            "paginator": st.dictionaries(NAMES, LEAVES, max_size=4),
            "url": st.just(URL),
            "type": WORDS,
            "format": WORDS,
            "path": LEAVES,
            "engine": WORDS,
        },
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_that_is_nearly_a_payload_is_planned_or_refused(sent: object) -> None:
    """As above, nearer to the real thing."""
    planned_or_refused(sent)
