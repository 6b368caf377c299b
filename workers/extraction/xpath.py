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
from workers.extraction.xml_tree import XmlTree

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
        XPathFault: It can't be compiled. Whether it can run is ``xpath_grammar``'s to say.
    """
    expression = selector.removeprefix(PREFIX).strip()
    try:
        return etree.XPath(expression, smart_strings=False, regexp=False)
    except (etree.XPathError, ValueError) as error:
        raise XPathFault(f"The XPath expression can't be run: {error}.") from error


_DOCUMENT = etree.HTMLParser()
"""Makes the root of each copy: in a document of HTML, ``id`` attributes are what ``id()`` finds."""

_NAMESPACES = {
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


def _name(name: str, prefixes: dict[str, str]) -> str:
    """Return a name that XML allows; HTML lets ``<a"b>`` and ``o:p`` be element names.

    One with a prefix keeps it, so that ``name()`` is what the page says: ``prefixes`` then gets the
    namespace that it needs.
    """
    if _NAME.fullmatch(name):
        return name
    prefix, _, local = name.partition(":")
    if prefix != "xmlns" and _NAME.fullmatch(prefix) and _NAME.fullmatch(local):
        prefixes[prefix] = _NAMESPACES.get(prefix, prefix)
        return f"{{{prefixes[prefix]}}}{local}"
    return "_" + _NOT_NAME.sub("_", name)


def _clean(value: str) -> str:
    return _NOT_XML.sub("", value)


def _element(node: LexborNode, parent: etree._Element | None) -> etree._Element:
    prefixes: dict[str, str] = {}
    attributes = {
        _name(name, prefixes): _clean(value or "") for name, value in node.attributes.items()
    }
    tag = _name(node.tag or "_", prefixes)
    if parent is None:
        return _DOCUMENT.makeelement(tag, attributes, prefixes)
    return etree.SubElement(parent, tag, attributes, prefixes)


def _comment(node: LexborNode) -> etree._Comment | None:
    """Return the copy of a comment, or of ``<?…>``, which is one too; None of any other node."""
    if node.is_comment_node:
        content = (node.html or "")[4:-3]  # The library's own reading of it drops blanks.
    elif node.tag is None:
        content = (node.html or "")[1:-1]
    else:
        return None
    comment = etree.Comment()
    comment.text = _clean(content)  # Two hyphens are refused when it is made, not afterwards.
    return comment


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
        if isinstance(tree, XmlTree):
            self._nodes = tree.copied()
            self.root = next(iter(self._nodes))
            self._elements = {node.mem_id: element for element, node in self._nodes.items()}
            return
        root = tree.root
        self.root = _element(root, None)
        self._nodes = {self.root: root}
        self._elements = {root.mem_id: self.root}
        self._grow(root)
        self._surround(root)

    def _grow(self, root: LexborNode) -> None:
        for node in root.traverse(include_text=True):
            if node.mem_id == root.mem_id:
                continue
            self._tree.budget.step()
            above = node.parent
            parent = self._elements.get(above.mem_id) if above is not None else None
            if parent is None:
                continue
            if node.is_text_node:
                _add_text(parent, _clean(node.text_content or ""))
            elif node.is_element_node:
                element = _element(node, parent)
                self._nodes[element] = node
                self._elements[node.mem_id] = element
            elif (comment := _comment(node)) is not None:
                parent.append(comment)

    def _surround(self, root: LexborNode) -> None:
        """Copy the comments before and after the ``html`` element."""
        place, node = self.root, root.prev
        while node is not None:
            if (comment := _comment(node)) is not None:
                place.addprevious(comment)
                place = comment
            node = node.prev
        place, node = self.root, root.next
        while node is not None:
            if (comment := _comment(node)) is not None:
                place.addnext(comment)
                place = comment
            node = node.next

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
        return (
            [self._match(node) for node in result] if isinstance(result, list) else _scalar(result)
        )

    def _match(self, node: object) -> Match:
        """Return an element of the page, or another node's string-value (XPath 1.0, section 5)."""
        if isinstance(node, etree._Comment):  # noqa: SLF001 - the only name the class has
            return node.text or ""
        if isinstance(node, etree._Element):  # noqa: SLF001 - as above
            return self._nodes[node]
        if isinstance(node, tuple):  # a namespace: its prefix and its URI
            return str(node[1])
        return str(node)


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
