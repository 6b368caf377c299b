"""The date that stands before a snippet, told by the element that it and its dash are."""

from __future__ import annotations

from workers.serp.dom import Node, text_of

_DASHES = "\u2014\u2013-\u00b7"  # em dash, en dash, hyphen, middle dot
_LONGEST = 24  # characters; "3 September 2026" and its like in any language


def cut_date(node: Node | None, *, less: str = "", marks: str = "") -> tuple[str, str]:
    """Return the date ("" where there is none) and the rest of the text.

    Elements that match the selector ``marks`` are dates without a dash of their own.
    """
    text = text_of(node, less=less)
    if node is None or not text:
        return "", text
    for lead in _leads(node):
        date = lead.rstrip(_DASHES + " ")
        if date != lead and text.startswith(lead) and _is_date(date):
            return date, text[len(lead) :].lstrip()
    date = text_of(node.css_first(marks)) if marks else ""
    if date and text.startswith(date) and _is_date(date):
        return date, text[len(date) :].lstrip(_DASHES + " ")
    return "", text


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


def _is_date(text: str) -> bool:
    return any(c.isdigit() for c in text) and len(text) <= _LONGEST and "\u00b7" not in text
