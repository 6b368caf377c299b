from __future__ import annotations

from tests.builders.suggested import URL
from workers.extraction.budget import Budget
from workers.extraction.source import Source
from workers.extraction.suggest.suggest import suggest
from workers.extraction.xml_tree import tree_of


def test_a_feed_is_listed_with_its_titles() -> None:
    """In XML a ``title`` is an element as any other, and says what an item is called."""
    items = "".join(
        f"<item><title>News of day {n}</title><link>https://shop.example/n/{n}</link>"
        f"<pubDate>Mon, 0{n} Jan 2024 10:00:00 GMT</pubDate></item>"
        for n in range(1, 10)
    )
    feed = f"<?xml version='1.0'?><rss><channel><title>All</title>{items}</channel></rss>"
    tree = tree_of(Source(utf8=feed.encode(), url=URL, is_xml=True), Budget(30))

    best = suggest(tree).candidates[0]

    assert best.proof.count == 9
    assert "News of day 1" in best.proof.records[0].values()
