from typing import Any

import pytest

from schemas.payload import is_payload, load_plan
from schemas.plan import Collection, CsvOptions, Field, Filter, Paginator, Plan, Request
from schemas.registry import FORMAT_ALIASES, OUTPUTS
from tests.unit.schemas.samples import URL, payload, serp, top


def test_the_documented_example_becomes_its_plan() -> None:
    """The example of the payload's own page, word for word."""
    plan = load_plan(
        {
            "name": "books",
            "request": {
                "url": URL, "type": "base", "proxy": "country-any", "actions": [],
                "waitDelay": 0.5,
            },
            "commonParent": ".card",
            "fields": [
                {
                    "name": "Title", "selector": "h3 a", "type": 2, "attrs": ["href", "text"],
                    "filters": [{"name": "trim"}],
                    "details": {"name": "one", "fields": [
                        {"name": "Price", "selector": ".price", "type": 1, "attrs": ["text"],
                         "filters": [{"name": "trim"}, {"name": "regex", "param": "[\\d.]+"}]},
                    ]},
                },
                {"name": "Cover", "selector": "img", "type": 0, "attrs": ["src", "alt"]},
            ],
            "paginator": {"nextPageSelector": "li.next a", "pageNum": 50},
            "path": False,
            "format": "json",
        }
    )  # fmt: skip

    price = Field(
        name="Price",
        selector=".price",
        filters=(Filter(name="trim"), Filter(name="regex", param="[\\d.]+")),
    )
    title = Field(
        name="Title",
        selector="h3 a",
        kind=2,
        attrs=("href", "text"),
        filters=(Filter(name="trim"),),
        details=1,
    )
    cover = Field(name="Cover", selector="img", kind=0, attrs=("src", "alt"))
    assert plan == Plan(
        name="books",
        format="json",
        collections=(
            Collection(
                index=0,
                name="books",
                request=Request(url=URL, proxy="country-any", wait_delay=0.5),
                fields=(title, cover),
                common_parent=".card",
                paginator=Paginator(selector="li.next a", page_num=50),
            ),
            Collection(
                index=1,
                name="one",
                request=Request(proxy="country-any", wait_delay=0.5),
                fields=(price,),
                parent=0,
            ),
        ),
    )


@pytest.mark.parametrize(
    "published",
    [
        {
            "name": "test.dataflowkit.com",
            "request": {"url": "https://test.dataflowkit.com/persons/page-0", "type": "chrome",
                        "proxy": "country-any"},
            "fields": [
                {"name": "Number", "selector": ".badge-primary", "attrs": ["text"], "type": 1,
                 "filters": [{"name": "trim"}]},
                {"name": "Name", "selector": "#cards a", "attrs": ["href", "text"], "type": 2,
                 "filters": [{"name": "trim"}]},
                {"name": "Picture", "selector": ".card-img-top", "attrs": ["src", "alt"],
                 "type": 0, "filters": [{"name": "trim"}]},
            ],
            "paginator": {"nextPageSelector": ".page-link", "pageNum": 2},
            "path": False,
            "format": "json",
        },
        {
            "name": "duckduckgo",
            "request": {"url": "https://duckduckgo.com/?q=Dataflow+kit&ia=web",
                        "proxy": "country-any", "type": "chrome"},
            "fields": [
                {"name": "link", "selector": ".result__a", "attrs": ["href", "text"], "type": 2,
                 "filters": [{"name": "trim"}]},
                {"name": "description", "selector": ".js-result-snippet", "attrs": ["text"],
                 "type": 1, "filters": [{"name": "trim"}]},
            ],
            "commonParent": "div[id].result",
            "format": "json",
        },
        {
            "name": "flat", "url": "https://test.dataflowkit.com/persons/page-0", "type": "base",
            "proxy": "country-de", "commonParent": ".common-block",
            "fields": [{"name": "Number", "selector": ".badge-primary", "type": 1,
                        "attrs": ["text"]}],
            "format": "MS Excel",
        },
    ],
    ids=["persons", "serp by selectors", "url and type at the top"],
)  # fmt: skip
def test_published_payloads_are_taken(published: dict[str, Any]) -> None:
    """The vendor's own shapes go through unchanged."""
    assert load_plan(published).collections[0].request.url.startswith("https://")


def test_a_request_may_stand_at_the_top() -> None:
    """A url or type next to `request` is read as if inside it."""
    sent = payload(url=URL, type="chrome", waitDelay="1.5", proxy="Country-US")
    del sent["request"]

    assert load_plan(sent).collections[0].request == Request(
        url=URL, fetcher="chrome", wait_delay=1.5, proxy="country-us"
    )


def test_a_type_beside_joins_the_request() -> None:
    """The parts may be spread over both places."""
    assert top(type="chrome").request == Request(url=URL, fetcher="chrome")


def test_the_same_url_in_both_places_is_no_conflict() -> None:
    """Only a difference would leave open which is meant."""
    assert top(url=URL).request.url == URL


def test_a_task_name_stands_in_for_the_collection_name() -> None:
    """The task's name serves if the envelope has one."""
    sent = payload()
    del sent["name"]

    plan = load_plan(sent, task_name="my task")

    assert plan.name == "my task"
    assert plan.collections[0].name == "my task"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        *((name, name) for name in OUTPUTS),
        *FORMAT_ALIASES.items(),
        ("JSON Lines", "jsonl"),
        ("JSON(L)", "jsonl"),
        ("MS Excel", "xlsx"),
        (" CSV ", "csv"),
    ],
)
def test_a_format_is_known_by_all_its_names(spelling: str, name: str) -> None:
    """Aliases and any letter case mean the one writer."""
    assert load_plan(payload(format=spelling)).format == name
    assert load_plan(payload(format=spelling.upper())).format == name


@pytest.mark.parametrize(
    ("value", "bare"),
    [
        ({"request": {}}, True),
        ({"fields": []}, True),
        ({"engine": "google"}, True),
        ({"url": URL}, True),
        ({"payload": {}, "request": {}}, False),
        ({"name": "n"}, False),
        ({}, False),
        ([], False),
        ("request", False),
    ],
)
def test_a_bare_payload_is_told_from_an_envelope(value: object, *, bare: bool) -> None:
    """An object with `request` or `fields` (or an engine) and no `payload` key."""
    assert is_payload(value) is bare


@pytest.mark.parametrize(
    ("sent", "options"),
    [
        ({}, CsvOptions()),
        ({"bom": True, "delimiter": ";", "joiner": " | ", "guard": False},
         CsvOptions(bom=True, delimiter=";", joiner=" | ", guard=False)),
        ({"delimiter": "\t", "joiner": "\n"}, CsvOptions(delimiter="\t", joiner="\n")),
        ({"delimiter": "\\t", "joiner": "\\t"}, CsvOptions(delimiter="\t", joiner="\t")),
        ({"delimiter": " ", "joiner": " "}, CsvOptions(delimiter=" ", joiner=" ")),
        ({"delimiter": "¦"}, CsvOptions(delimiter="¦")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sample", [payload, serp])
def test_a_csv_file_may_be_written_otherwise(
    sample: Any, sent: dict[str, Any], options: CsvOptions
) -> None:
    """In both forms of a payload; another format only keeps it in mind."""
    assert load_plan(sample(csv=sent, format="csv")).csv == options
    assert load_plan(sample(csv=sent, format="xml")).csv == options
    assert load_plan(sample()).csv == CsvOptions()
