from __future__ import annotations

import pytest

from workers.crawl.sameness import key_field
from workers.crawl.snapshots import merge
from workers.extraction.marks import Marked
from workers.extraction.page import Link, PageContent, Record


def shot(*records: Record, links: tuple[Link, ...] = ()) -> PageContent:
    return PageContent(records=records, links=links)


def link(record: int, url: str) -> Link:
    return Link(collection=1, record=record, field=0, match=0, url=url)


def rows(first: int, last: int) -> list[str]:
    return [f"row {number}" for number in range(first, last + 1)]


def test_a_block_that_holds_the_whole_list_is_one_record_that_grows() -> None:
    """Without commonParent a page of one field is one block: more rows are no second record."""
    merged = merge(
        [shot({"r_text": "row 1"}), shot({"r_text": rows(1, 9)}), shot({"r_text": rows(1, 12)})]
    )

    assert merged.records == ({"r_text": rows(1, 12)},)


def test_a_list_that_grew_gives_each_item_once() -> None:
    """Items that were there stay where they were, and links keep their record."""
    before = shot({"t": "a"}, links=(link(0, "http://x/a"),))
    after = shot({"t": "a"}, {"t": "b"}, links=(link(0, "http://x/a"), link(1, "http://x/b")))

    assert merge([before, after]) == after


def test_a_list_that_recycles_its_items_keeps_those_that_left() -> None:
    """What the second snapshot repeats is told from what is new by its order."""
    before = shot({"t": "a"}, {"t": "b"}, links=(link(0, "http://x/a"),))
    after = shot({"t": "b"}, {"t": "c"}, links=(link(1, "http://x/c"),))
    merged = merge([before, after])

    assert [record["t"] for record in merged.records] == ["a", "b", "c"]
    assert [(found.record, found.url) for found in merged.links] == [
        (0, "http://x/a"),
        (2, "http://x/c"),
    ]


def test_another_list_follows_the_first() -> None:
    """Nothing shared: all of both."""
    merged = merge([shot({"t": "a"}), shot({"t": ["b", "a"]})])

    assert len(merged.records) == 2


def look(*blocks: str, link: str = "") -> PageContent:
    """Return a look at blocks written as ``element:title:note``."""
    parts = [block.split(":") for block in blocks]
    names = ("T_text", "N_text")
    return PageContent(
        records=tuple(dict(zip(names, values, strict=False)) for _, *values in parts),
        blocks=tuple(
            Marked(mark, "", frozenset({link} - {""}), frozenset(values)) for mark, *values in parts
        ),
    )


def titles(*looks: PageContent) -> str:
    """Return the titles of the records that these looks make, one after the other."""
    return " ".join(str(record["T_text"]) for record in merge(looks).records)


@pytest.mark.parametrize(
    ("looks", "merged"),
    [
        # elements live on
        ([["1:a:x", "2:b:y"], ["1:a:z", "2:b:y", "3:c:x"]], "a b c"),
        ([["1:a", "2:b", "3:a"], ["1:a", "2:b", "3:a", "4:a"]], "a b a a"),
        ([["1:a", "2:b"], ["2:b", "3:c"], ["3:c", "4:a"]], "a b c a"),
        ([["1:a", "2:b", "3:c"], ["3:c", "1:a", "2:b"]], "c a b"),
        ([["1:a", "2:b"], ["3:c", "1:a", "2:b"]], "c a b"),
        ([["1:a", "2:b", "3:c"], ["1:a", "4:d", "3:c"]], "a b d c"),
        # elements hold other records
        ([["1:a", "2:b", "3:c"], ["1:d", "2:e", "3:f"]], "a b c d e f"),
        ([["1:a:x", "2:b:y", "3:c:z"], ["1:d:x", "2:e:w", "3:f:v"]], "a b c d e f"),
        ([["1:a", "2:b", "3:c", "4:d"], ["1:e", "2:f", "3:c", "4:d"]], "a b e f c d"),
        ([["1:wait", "2:wait"], ["1:a", "2:b"]], "a b"),
        # elements are made anew
        ([["1:a:x", "2:b:x", "3:c:x"], ["4:a:y", "5:b:y", "6:c:y", "7:d:y"]], "a b c d"),
        ([["1:a", "2:b", "3:c"], ["4:b", "5:c", "6:d"]], "a b c d"),
        ([["1:a", "2:b", "3:c"], ["4:c", "5:b", "6:a", "7:d"]], "c b a d"),
        ([["1:a", "2:b", "3:a"], ["4:a", "5:b", "6:a", "7:c"]], "a b a c"),
        ([["1:a"], ["2:b"], ["3:a"]], "a b a"),
        ([["1:a", "2:b"], ["3:c", "4:d"], ["5:a", "6:b"]], "a b c d"),
        ([["1:a", "2:b", "3:c"], ["4:d", "5:a", "6:e"]], "a b c d a e"),
        ([["1:a", "2:b"], [], ["3:a", "4:b", "5:c"]], "a b c"),
        ([["1:a", "2:b", "3:c"], ["9:wait"], ["4:a", "5:b", "6:c", "7:d"]], "a b c wait d"),
    ],
)
def test_records_are_told_by_what_they_are(looks: list[list[str]], merged: str) -> None:
    """By their elements where these live on, else by their keys; an equal one may be another."""
    assert titles(*(look(*blocks) for blocks in looks)) == merged


def test_the_last_values_of_a_record_count() -> None:
    """Links and values are those of the last look that shows it."""
    merged = merge([look("1:a:old", "2:b:old"), look("2:b:new")])

    assert [record["N_text"] for record in merged.records] == ["old", "new"]


def test_an_element_that_leads_where_it_led_is_the_same_record() -> None:
    """Though all that the payload takes of it has changed."""
    assert titles(look("1:5", link="/a"), look("1:6", link="/a")) == "6"
    assert titles(look("1:5", link="/a"), look("1:6", link="/b")) == "5 6"


def test_the_key_is_what_comes_again() -> None:
    """Of values that tell all records apart, that one which others see change."""
    before = [{"N": f"{n} times", "T": f"item {n}", "K": "book"} for n in range(8)]
    after = [{**record, "N": f"{n + 90} times"} for n, record in enumerate(before)]

    assert key_field(before, after) == "T"
    assert key_field(before[:1], after[:1]) == "N"
    assert key_field([{"K": "book", "T": "a"}], [{"K": "book", "T": n} for n in "bc"]) == "T"
