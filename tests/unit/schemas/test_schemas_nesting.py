from schemas.payload import load_plan
from tests.unit.schemas.samples import nested, payload


def test_details_nest_to_any_depth_and_lie_flat_in_the_plan() -> None:
    """Parents come first, and each field knows its details by index."""
    plan = load_plan(payload(**nested(12)))

    assert [one.parent for one in plan.collections] == [None, *range(12)]
    assert [one.fields[0].details for one in plan.collections] == [*range(1, 13), None]
    assert [one.index for one in plan.collections] == list(range(13))
    assert plan.collections[1].name == "at 12"


def test_two_details_below_one_collection_are_each_found() -> None:
    """The whole branch of the first field comes before that of the second."""
    fields = [
        {"name": "a", "selector": "a", "details": nested(1)},
        {"name": "b", "selector": "a", "details": nested(0)},
    ]

    plan = load_plan(payload(fields=fields))

    assert [field.details for field in plan.collections[0].fields] == [1, 3]
    assert [one.parent for one in plan.collections] == [None, 0, 1, 0]


def test_a_path_collection_leads_to_details() -> None:
    """It keeps its mark, and the details theirs."""
    plan = load_plan(payload(path=True, **nested(1)))

    assert [one.path for one in plan.collections] == [True, False]
