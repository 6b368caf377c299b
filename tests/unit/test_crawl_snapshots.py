from __future__ import annotations

from workers.crawl.snapshots import merge
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
