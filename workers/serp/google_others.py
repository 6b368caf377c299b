"""What Google shows beside results, alike in all of its kinds: ads, questions, related searches."""

from __future__ import annotations

from workers.serp.dom import Node, Tree, attr, every, first, text_of
from workers.serp.found import Found, once, record, titled
from workers.serp.links import unwrap


def add_others(found: Found, tree: Tree, url: str) -> None:
    """Add ads, questions and related searches, in the order of the page."""
    found.ads = once(
        record(
            title=text_of(node.css_first("[role=heading], h3")),
            url=unwrap(url, attr(node.css_first("a[href^=http]"), "href")),
            displayUrl=text_of(first(node, "cite", ".x2VHCd", ".UdQCqe")),
        )
        for node in every(tree, "[data-text-ad], li.ads-ad")
    )
    pairs = tree.css(".related-question-pair")
    found.questions = titled(
        attr(pair, "data-q") or attr(pair.css_first("[data-q]"), "data-q") for pair in pairs
    )
    links = tree.css("#brs a") or tree.css("#botstuff a[href*='/search?']")
    found.related = titled(
        text_of(link) for link in links if not text_of(link).isdigit() and _is_query(link)
    )


def _is_query(link: Node) -> bool:
    return "start=" not in attr(link, "href") and attr(link, "id") != "pnnext"
