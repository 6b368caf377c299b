"""What payload.md says of a valid payload, each rule with the plan that comes of it."""

from typing import Any

import pytest

from schemas.payload import is_payload, load_plan
from schemas.plan import Action, Collection, Field, Filter, Paginator, Plan, Request, Serp
from schemas.registry import FORMAT_ALIASES, OUTPUTS, SERP_ENGINES

URL = "https://example.test/list"


def payload(**members: Any) -> dict[str, Any]:
    basis = {
        "name": "books",
        "request": {"url": URL},
        "fields": [{"name": "Title", "selector": "h3 a"}],
        "format": "json",
    }
    return basis | members


def top(**members: Any) -> Collection:
    return load_plan(payload(**members)).collections[0]


def field(**members: Any) -> Field:
    return top(fields=[{"name": "Title", "selector": "h3 a"} | members]).fields[0]


def action(sent: dict[str, Any]) -> Action:
    request = {"url": URL, "type": "chrome", "actions": [sent]}
    return top(request=request).request.actions[0]


def test_the_documented_example_becomes_its_plan() -> None:
    """The example of the payload's own page, word for word."""
    plan = load_plan(
        {
            "name": "books",
            "request": {
                "url": URL, "type": "base", "proxy": "country-any", "actions": [],
                "waitDelay": 0,
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
                request=Request(url=URL, proxy="country-any"),
                fields=(title, cover),
                common_parent=".card",
                paginator=Paginator(selector="li.next a", page_num=50),
            ),
            Collection(
                index=1,
                name="one",
                request=Request(proxy="country-any"),
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
    ("sent", "kind", "attrs"),
    [
        ({}, 1, ("text",)),
        ({"type": 0}, 0, ("src", "alt")),
        ({"type": 1}, 1, ("text",)),
        ({"type": 2}, 2, ("href", "text")),
        ({"type": "2"}, 2, ("href", "text")),
        ({"type": 2.0}, 2, ("href", "text")),
        ({"type": 2, "attrs": ["text"]}, 2, ("text",)),
        ({"attrs": ["TEXT", "data-Id", "outerHtml", "path"]}, 1, None),
    ],
)
def test_attrs_follow_the_type_and_keep_their_spelling(
    sent: dict[str, Any], kind: int, attrs: tuple[str, ...] | None
) -> None:
    """Left out, they are those of the type; given, result keys spell them as given."""
    made = field(**sent)

    assert made.kind == kind
    assert made.attrs == (attrs or tuple(sent["attrs"]))


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ({"name": "Trim"}, Filter(name="trim")),
        ({"name": "NORMAL"}, Filter(name="normal")),
        ({"name": "upperCase", "param": ""}, Filter(name="uppercase")),
        ({"name": "lowercase"}, Filter(name="lowercase")),
        ({"name": "capitalize"}, Filter(name="capitalize")),
        ({"name": "concatinate"}, Filter(name="concatinate")),
        ({"name": "Concatenate", "param": ", "}, Filter(name="concatinate", param=", ")),
        ({"name": "concatenate", "param": ""}, Filter(name="concatinate", param="")),
        ({"name": "regex", "param": "(?=x)"}, Filter(name="regex", param="(?=x)")),
    ],
)
def test_filters_have_one_name_in_a_plan(sent: dict[str, Any], made: Filter) -> None:
    """Any letter case and both spellings; whether an expression compiles is seen elsewhere."""
    assert field(filters=[sent]).filters == (made,)


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ({"nextPageSelector": ".next"}, Paginator(selector=".next")),
        ({"nextPageSelector": ".next", "pageNum": "7"}, Paginator(selector=".next", page_num=7)),
        ({"type": "next", "nextPageSelector": "a"}, Paginator(selector="a")),
        ({"type": "scroll", "pageNum": 3}, Paginator(kind="scroll", page_num=3)),
        ({"type": "Click", "selector": ".more"}, Paginator(kind="click", selector=".more")),
    ],
)
def test_a_collection_goes_on_in_three_ways(sent: dict[str, Any], made: Paginator) -> None:
    """Next links, infinite scroll, and a click for more."""
    assert top(type="chrome", paginator=sent).paginator == made


def test_without_a_paginator_one_page_is_read() -> None:
    """The default number of pages is 1."""
    assert top().paginator == Paginator(page_num=1)


@pytest.mark.parametrize(
    ("nested", "flat", "made"),
    [
        (
            {"input": {"inputSelector": "#q", "inputText": "data"}},
            {"inputSelector": "#q", "inputText": "data"},
            Action(kind="input", selector="#q", text="data"),
        ),
        (
            {"click": {"clickSelector": ".go"}},
            {"clickSelector": ".go"},
            Action(kind="click", selector=".go"),
        ),
        (
            {"waitFor": {"waitForSelector": ":root"}},
            {"waitForSelector": ":root"},
            Action(kind="waitFor", selector=":root"),
        ),
        (
            {"scroll": {"paginate": 3, "element": ".load-more"}},
            {"paginate": "3", "element": ".load-more"},
            Action(kind="scroll", selector=".load-more", times=3),
        ),
        ({"scroll": {"paginate": "2"}}, {"paginate": 2}, Action(kind="scroll", times=2)),
    ],
)
def test_actions_are_read_in_both_spellings(
    nested: dict[str, Any], flat: dict[str, Any], made: Action
) -> None:
    """The nested one and the flat one of the vendor's OpenAPI mean the same."""
    assert action(nested) == made
    assert action(flat) == made


def test_a_request_carries_all_its_wishes() -> None:
    """Every member has its place in the plan; objects keep their order."""
    request = {
        "url": URL, "headers": {"X-B": " b ", "Accept": "*/*"}, "cookies": {"sid": "1=2"},
        "formData": {"q": "ü"}, "delay": "0.5", "ignoreRobots": True, "retries": 0,
        "timeout": 5,
    }  # fmt: skip

    assert top(request=request).request == Request(
        url=URL,
        headers=(("X-B", "b"), ("Accept", "*/*")),
        cookies=(("sid", "1=2"),),
        form_data=(("q", "ü"),),
        method="POST",
        delay=0.5,
        ignore_robots=True,
        retries=0,
        timeout=5.0,
    )


def test_form_data_is_posted_unless_there_is_none() -> None:
    """An empty form changes nothing; a method may be said in any case."""
    assert top(request={"url": URL, "formData": {}}).request.method == "GET"
    assert top(request={"url": URL, "method": "post"}).request.method == "POST"


def nested(depth: int) -> dict[str, Any]:
    """Return a collection with ``depth`` levels of details below it."""
    below = {"details": nested(depth - 1)} if depth else {}
    return {"fields": [{"name": f"at {depth}", "selector": "a", **below}]}


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


def below(parent: dict[str, Any], **members: Any) -> Request:
    """Return the request of a details collection below one that is fetched with ``parent``."""
    fields = [{"name": "a", "selector": "a", "details": nested(0) | members}]
    return load_plan(payload(request={"url": URL} | parent, fields=fields)).collections[1].request


def test_details_inherit_the_request_but_for_its_start() -> None:
    """URL, method and form belong to the start page: details are reached by links."""
    request = {
        "type": "chrome", "proxy": "country-us", "waitDelay": 1, "headers": {"A": "b"},
        "formData": {"q": "x"}, "delay": 2, "ignoreRobots": True,
        "actions": [{"clickSelector": "a"}],
    }  # fmt: skip

    assert below(request) == Request(
        fetcher="chrome",
        proxy="country-us",
        wait_delay=1,
        headers=(("A", "b"),),
        delay=2,
        ignore_robots=True,
        actions=(Action(kind="click", selector="a"),),
    )


def test_details_override_what_they_name() -> None:
    """The rest stays inherited; an empty list of actions is a list."""
    request = {"type": "chrome", "waitDelay": 1, "actions": [{"clickSelector": "a"}], "delay": 3}

    assert below(request, request={"waitDelay": 2, "actions": []}) == Request(
        fetcher="chrome", wait_delay=2, delay=3
    )
    assert below(request, type="base") == Request(delay=3)


@pytest.mark.parametrize("url", ["nonsense", 7, None, "http://a@b/"])
def test_a_url_in_details_is_ignored(url: object) -> None:
    """Whatever it is: the links say where details are."""
    assert below({}, request={"url": url}, url=url).url == ""


def test_a_path_collection_leads_to_details() -> None:
    """It keeps its mark, and the details theirs."""
    plan = load_plan(payload(path=True, **nested(1)))

    assert [one.path for one in plan.collections] == [True, False]


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_common_parent_is_none(blank: str) -> None:
    """The block is then found from the fields."""
    assert top(commonParent=blank).common_parent is None


def test_an_engine_and_a_query_need_no_selectors() -> None:
    """Form 2 of search results, as documented."""
    plan = load_plan(
        {
            "name": "s", "engine": "google", "q": "data extraction", "country": "US",
            "language": "en", "pageNum": 3, "include": ["related", "ads"], "format": "json",
        }
    )  # fmt: skip

    top = Collection(
        index=0, name="s", request=Request(), fields=(), paginator=Paginator(page_num=3)
    )
    assert plan == Plan(
        name="s",
        format="json",
        collections=(top,),
        serp=Serp(
            engine="google",
            q="data extraction",
            country="us",
            language="en",
            include=("ads", "related"),
        ),
    )


@pytest.mark.parametrize("engine", SERP_ENGINES)
def test_every_engine_is_known_in_any_case(engine: str) -> None:
    """The registry is the list."""
    plan = load_plan({"name": "s", "engine": engine.upper(), "q": "x", "format": "csv"})

    assert plan.serp is not None
    assert plan.serp.engine == engine


def test_an_engine_takes_the_wishes_of_a_request() -> None:
    """Browser and proxy beside it or inside, and the manners too."""
    sent = {
        "name": "s", "engine": "bing", "q": "x", "format": "csv", "type": "chrome",
        "proxy": "country-us", "request": {"delay": 1, "headers": {"A": "b"}},
    }  # fmt: skip

    assert load_plan(sent).collections[0].request == Request(
        fetcher="chrome", proxy="country-us", delay=1, headers=(("A", "b"),)
    )


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
