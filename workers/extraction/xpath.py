"""XPath 1.0 over the very tree that the CSS selectors see, by way of a copy for lxml.

The page is not parsed a second time: libxml2's HTML parser makes another tree (it knows no HTML5
and drops text below depth 256), and blocks would have to be guessed in it. Copying costs 3 µs a
node, which only plans with an ``xpath:`` selector pay.
"""

from __future__ import annotations

import math
import re

from lxml import etree
from selectolax.lexbor import LexborNode

from workers.errors import ExtractError
from workers.extraction.tree import Tree

PREFIX = "xpath:"

Match = LexborNode | str
"""An element, or the value of an attribute, a text node or an expression."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(r"[^\w.-]", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


class XPathFault(ValueError):
    """The expression can't be used; the message is a sentence that says why."""


def is_xpath(selector: str) -> bool:
    """Whether ``selector`` is an XPath expression rather than CSS."""
    return selector.startswith(PREFIX)


def compile_xpath(selector: str) -> etree.XPath:
    """Return the expression of ``selector`` compiled.

    Raises:
        XPathFault: It is no XPath 1.0 expression, or uses a prefix, function or variable that
            does not exist here.
    """
    expression = selector.removeprefix(PREFIX).strip()
    try:
        compiled = etree.XPath(expression, smart_strings=False, regexp=False)
        compiled(_EMPTY)
    except (etree.XPathError, ValueError) as error:
        raise XPathFault(f"The XPath expression can't be run: {error}.") from error
    return compiled


_EMPTY = etree.Element("html")


def _name(tag: str | None) -> str:
    """Return a name that XML allows; HTML lets ``<a"b>`` and ``o:p`` be element names."""
    name = tag or "_"
    if _NAME.fullmatch(name):
        return name
    return "_" + _NOT_NAME.sub("_", name)


def _clean(value: str) -> str:
    return _NOT_XML.sub("", value)


def _element(node: LexborNode, parent: etree._Element | None) -> etree._Element:
    given = {_name(name): _clean(value or "") for name, value in node.attributes.items()}
    if parent is None:
        return etree.Element(_name(node.tag), given)
    return etree.SubElement(parent, _name(node.tag), given)


def _add_text(parent: etree._Element, value: str) -> None:
    last = parent[-1] if len(parent) else None
    if last is None:
        parent.text = (parent.text or "") + value
    else:
        last.tail = (last.tail or "") + value


class Copy:
    """The copy of one page, and which element of it stands for which node."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        root = tree.root
        self.root = _element(root, None)
        self._nodes = {self.root: root}
        self._elements = {root.mem_id: self.root}
        self._grow(root)

    def _grow(self, root: LexborNode) -> None:
        for node in root.traverse(include_text=True):
            tag = node.tag
            if node.mem_id == root.mem_id or tag in {"-comment", "-doctype", "-document"}:
                continue
            self._tree.budget.step()
            above = node.parent
            parent = self._elements.get(above.mem_id) if above is not None else None
            if parent is None:
                continue
            if tag == "-text":
                _add_text(parent, _clean(node.text_content or ""))
            else:
                element = _element(node, parent)
                self._nodes[element] = node
                self._elements[node.mem_id] = element

    def evaluate(self, compiled: etree.XPath, block: LexborNode | None) -> list[Match]:
        """Return what ``compiled`` gives with ``block`` (None: the root) as its context node.

        A number is given as XPath writes it, a boolean as ``true`` or ``false``; NaN and the empty
        string, which is what functions give for nothing found, are no match.
        """
        self._tree.budget.look()
        context = self.root if block is None else self._elements.get(block.mem_id, self.root)
        try:
            result = compiled(context)
        except (etree.XPathError, ValueError) as error:
            raise ExtractError(f"The XPath expression failed: {error}.") from error
        if not isinstance(result, list):
            return _scalar(result)
        return [self._match(item) for item in result if not isinstance(item, tuple)]

    def _match(self, item: object) -> Match:
        if isinstance(item, etree._Element):  # noqa: SLF001 - the only name the class has
            return self._nodes[item]
        return str(item)


def _scalar(result: object) -> list[Match]:
    if isinstance(result, bool):
        return ["true" if result else "false"]
    if isinstance(result, float):
        return [] if math.isnan(result) else [_number(result)]
    return [str(result)] if result else []


def _number(value: float) -> str:
    """Return ``value`` as XPath's ``string()`` does: integers without a point, no exponent."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value == int(value) else format(value, "f").rstrip("0")
