"""The date of a result: in an element of its own, or in plain text before a separator."""

from __future__ import annotations

from workers.serp.dom import Node, text_of
from workers.serp.forms.dates import is_age, is_date, split_date, split_date_off

_EDGES = "\u2014\u2013-\u00b7\u2022, "  # em dash, en dash, hyphen, middle dot, bullet


def cut_date(node: Node | None, *, less: str = "", dated: str = "") -> tuple[str, str]:
    """Return the date with which a snippet begins ("" where there is none), and the rest.

    ``dated``: selector of elements that show nothing but a date (see ``date_shown``).
    """
    text = text_of(node, less=less)
    date, rest = split_date(text)
    if date or node is None:
        return date, rest
    for lead in _leads(node):
        date = lead.rstrip(_EDGES)
        if text.startswith(lead) and is_date(date):
            return date, text[len(lead) :].lstrip(_EDGES)
    shown = date_shown(node.css(dated)) if dated else ""
    if shown and text.startswith(shown):
        return shown, text[len(shown) :].lstrip(_EDGES)
    return "", text


def date_among(nodes: list[Node]) -> str:
    """Return the date that the first of the elements is, or ends with."""
    texts = (text_of(node).strip(_EDGES) for node in nodes)
    dates = (text if is_date(text) else split_date_off(text)[1] for text in texts)
    return next(filter(None, dates), "")


def date_shown(nodes: list[Node]) -> str:
    """As ``date_among``, of elements that show when something was published, and nothing else.

    There an age needs no word for "ago".
    """
    texts = [text_of(node).strip(_EDGES) for node in nodes]
    return date_among(nodes) or next(filter(is_age, texts), "")


def _leads(node: Node) -> list[str]:
    """Return the texts of the elements that begin the snippet, the outermost first."""
    texts = []
    below = node.child
    while below is not None:
        if below.is_text_node and text_of(below):
            break
        if below.is_element_node:
            texts.append(text_of(below))
            below = below.child
        else:
            below = below.next
    return texts
