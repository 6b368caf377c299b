"""A whole page for a reader: as text, or as Markdown."""

from __future__ import annotations

from schemas.plan import Content
from workers.extraction.budget import Budget
from workers.extraction.inner_text import inner_text
from workers.extraction.main_content import take_main
from workers.extraction.markdown import markdown
from workers.extraction.source import Source
from workers.extraction.xml_tree import tree_of


def readable(source: Source, content: Content, budget: Budget) -> str:
    """Return what a reader sees of a page.

    Text is all of the body's. Markdown is of the main content, unless it is to be ``whole``.

    Raises:
        ExtractError: The page gives more than can be kept.
    """
    tree = tree_of(source, budget)
    body = tree.body or tree.root
    # XML has no main content, and no markup that means anything here.
    if content.form == "text" or not tree.is_styled:
        return inner_text(tree, body)
    return markdown(tree, body if content.whole else take_main(tree)) or ""
