"""A feed, a sitemap or other XML as a tree that the same selectors see.

lxml parses it (no files, no network, and entities, depth and text bounded by the library); the tree
of the HTML engine is then built element by element, for no parser of HTML would leave ``link``,
``title`` or ``image`` as they are. Names are the local ones; CDATA is text.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property

from lxml import etree
from selectolax.lexbor import LexborNode

from workers.extraction.budget import Budget
from workers.extraction.source import Source
from workers.extraction.tree import Tree
from workers.extraction.urls import absolute
from workers.extraction.xml_text import mended

_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def tree_of(source: Source, budget: Budget, *, pierce: bool = False) -> Tree:
    """Return ``source`` parsed as what it is; XML without any element is read as HTML."""
    root = _parsed(source.utf8) if source.is_xml else None
    return Tree(source, budget, pierce=pierce) if root is None else XmlTree(source, budget, root)


def _parsed(utf8: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever a declaration says: it has been heeded
        recover=True,
        # A bomb ends at five times the document's size. The stubs know no third value.
        resolve_entities="internal",  # type: ignore[arg-type]
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(mended(utf8.lstrip()), parser)
    except etree.XMLSyntaxError:
        return None


class XmlTree(Tree):
    """One document of XML. Its root element stands in the ``body`` of an empty page."""

    def __init__(self, source: Source, budget: Budget, root: etree._Element) -> None:
        super().__init__(Source(utf8=b"", url=source.url, visit=source.visit), budget)
        self._document = root
        self._nodes: dict[etree._Element, LexborNode] = {}
        self._build(root)
        self.bases = self._bases()

    def _build(self, root: etree._Element) -> None:
        body = self.body or self.root
        for element in root.iter(etree.Element):
            self.budget.step()
            parent = element.getparent()
            above = body if parent is None else self._nodes[parent]
            self._nodes[element] = self._add(element, above)
            _add_text(above, element.tail if element is not root else None)

    def _add(self, element: etree._Element, above: LexborNode) -> LexborNode:
        node = self._parser.create_node(_local(element.tag))
        above.insert_child(node, move=True)
        for name, value in _attributes(element).items():
            node.attrs[name] = value
        _add_text(node, element.text)
        return node

    def _bases(self) -> dict[int, str]:
        """Return the base of each node below the root that ``xml:base`` names one for.

        https://www.w3.org/TR/xmlbase/
        """
        bases: dict[etree._Element, str] = {}
        for element in self._nodes:
            parent, said = element.getparent(), element.get(_BASE)
            base = None if parent is None else bases.get(parent)
            if said is not None and parent is not None:
                base = absolute(base or self.base, said) or base
            if base is not None:
                bases[element] = base
        return {self._nodes[element].mem_id: base for element, base in bases.items()}

    @property
    def is_styled(self) -> bool:
        """No element is a block, a table or hidden: a style sheet would have to say so."""
        return False

    @cached_property
    def base(self) -> str:
        """What relative URLs are relative to: ``xml:base`` of the root, or the document's URL."""
        return absolute(self.url, self._document.get(_BASE, "")) or self.url

    @cached_property
    def tainted(self) -> frozenset[int]:
        """No element: a name of HTML's means nothing here, and all text counts."""
        return frozenset()

    @cached_property
    def _elements(self) -> dict[int, etree._Element]:
        return {node.mem_id: element for element, node in self._nodes.items()}

    def outer_html(self, node: LexborNode) -> str | None:
        """Return ``node`` and all below it as XML, in its own spelling."""
        element = self._elements.get(node.mem_id)
        if element is None:
            return node.html
        return etree.tostring(element, encoding="unicode", with_tail=False)

    def copied(self) -> dict[etree._Element, LexborNode]:
        """Return the elements of a copy with local names, the root first, each with its node."""
        elements = list(deepcopy(self._document).iter(etree.Element))
        for element in elements:
            element.tag = _local(element.tag)
            attributes = _attributes(element)
            if attributes.keys() != element.attrib.keys():
                element.attrib.clear()
                for name, value in attributes.items():
                    element.set(name, value)
        return dict(zip(elements, self._nodes.values(), strict=True))


def _local(name: str) -> str:
    """Return ``name`` without its namespace, or a prefix that nothing binds, as in many feeds."""
    own = name.rpartition("}")[2].strip(":")
    return own.rpartition(":")[2] or "_"


def _attributes(element: etree._Element) -> dict[str, str]:
    """Return the attributes of ``element`` by local names; one without a prefix goes first."""
    own = {str(name): str(value) for name, value in element.attrib.items()}
    return {local: own.get(local, value) for name, value in own.items() for local in [_local(name)]}


def _add_text(node: LexborNode, text: str | None) -> None:
    if text:
        node.insert_child(text)
