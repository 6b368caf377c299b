"""XPath 1.0 read without being run: whether an expression can run on any page, and what it gives.

libxml2 looks functions, variables and types up when it comes to them, so that a fault in a
predicate shows on the first page that reaches it. Here the whole expression is read, by the grammar
of https://www.w3.org/TR/1999/REC-xpath-19991116/: a fault is one wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workers.extraction.xpath import XPathFault
from workers.extraction.xpath_functions import (
    FUNCTIONS,
    IN_PREDICATES,
    Signature,
    unknown_function,
)
from workers.extraction.xpath_tokens import Tokens, check_prefix

ELEMENTS: Final = "elements"
TEXTS: Final = "texts"
"""Nodes that are no elements: attributes, texts, comments, namespaces."""

NODES: Final = frozenset({ELEMENTS, TEXTS})

_AXIS_NAMES = """
    ancestor ancestor-or-self attribute child descendant descendant-or-self following
    following-sibling namespace parent preceding preceding-sibling self
    """
_AXES: Final = frozenset(_AXIS_NAMES.split())
_NODE_TYPES: Final = {
    "node": ELEMENTS,
    "text": TEXTS,
    "comment": TEXTS,
    "processing-instruction": TEXTS,
}
_CONSTANTS: Final = {"literal": "string", "number": "number"}
_LEVELS: Final = (
    (("or",), "boolean"),
    (("and",), "boolean"),
    (("=", "!="), "boolean"),
    (("<", "<=", ">", ">="), "boolean"),
    (("+", "-"), "number"),
    (("*", "div", "mod"), "number"),
)
"""Operators from the loosest to the tightest, and what they give (sections 3.1 to 3.5)."""


def read_xpath(expression: str) -> str:
    """Return what ``expression`` gives: elements, texts, string, number or boolean.

    Its length and nesting are expected to be bounded; ``xpath_limits`` does that.

    Raises:
        XPathFault: It can't run; the message says why and what to write instead.
    """
    tokens = Tokens(expression)
    if tokens.kind == "end":
        raise XPathFault("The expression is empty.")
    gives = _Grammar(tokens).expression()
    if tokens.kind != "end":
        raise tokens.misplaced()
    return gives


class _Grammar:
    """A method for each rule; each returns what the part that it has read gives."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._predicates = 0  # that are open

    def expression(self, level: int = 0) -> str:
        if level == len(_LEVELS):
            return self._unary()
        operators, result = _LEVELS[level]
        gives = self.expression(level + 1)
        while self._tokens.accept(*operators):
            self.expression(level + 1)
            gives = result
        return gives

    def _unary(self) -> str:
        negated = False
        while self._tokens.accept("-"):
            negated = True
        gives = self._union()
        return "number" if negated else gives

    def _union(self) -> str:
        united = [self._path()]
        while self._tokens.accept("|"):
            united.append(self._path())
        if len(united) == 1:
            return united[0]
        for gives in united:
            _need_nodes(gives, "'|' unites nodes")
        return ELEMENTS if ELEMENTS in united else TEXTS

    def _path(self) -> str:
        if self._tokens.accept("//"):
            return self._relative()
        if self._tokens.accept("/"):
            return self._relative() if self._begins_step() else ELEMENTS
        if not self._begins_primary():
            return self._relative()
        gives = self._primary()
        if self._tokens.text == "[":
            _need_nodes(gives, "A predicate chooses among nodes")
            self._all_predicates()
        if self._tokens.accept("/", "//"):
            _need_nodes(gives, "A path goes on from nodes")
            return self._relative()
        return gives

    def _begins_step(self) -> bool:
        return self._tokens.kind == "name" or self._tokens.text in {".", "..", "@", "*"}

    def _begins_primary(self) -> bool:
        if self._tokens.kind == "name":
            return self._tokens.following == "(" and self._tokens.text not in _NODE_TYPES
        return self._tokens.kind in _CONSTANTS or self._tokens.text in {"(", "$"}

    def _relative(self) -> str:
        gives = self._step()
        while self._tokens.accept("/", "//"):
            gives = self._step()
        return gives

    def _step(self) -> str:
        if self._tokens.accept(".", ".."):
            if self._tokens.text == "[":
                raise XPathFault(
                    "'.' and '..' take no predicate in XPath 1.0: write `self::node()[…]` or "
                    "`parent::node()[…]`."
                )
            return ELEMENTS
        axis = self._axis()
        gives = self._node_test(axis)
        self._all_predicates()
        return TEXTS if axis in {"attribute", "namespace"} else gives

    def _axis(self) -> str:
        tokens = self._tokens
        if tokens.accept("@"):
            return "attribute"
        if tokens.kind != "name" or tokens.following != "::":
            return "child"
        axis = tokens.text
        if axis not in _AXES:
            raise XPathFault(f"There is no axis {axis!r}: use one of {', '.join(sorted(_AXES))}.")
        tokens.skip(2)
        return axis

    def _node_test(self, axis: str) -> str:
        tokens = self._tokens
        if tokens.accept("*"):
            return ELEMENTS
        if tokens.kind != "name":
            raise _no_step(tokens)
        name = tokens.text
        if tokens.following == "(":
            return self._node_type(name)
        check_prefix(name, axis)
        tokens.skip()
        return ELEMENTS

    def _node_type(self, name: str) -> str:
        if name in FUNCTIONS:
            raise XPathFault(
                f"A function is no step of a path in XPath 1.0: write `{name}(path)` instead of "
                f"`path/{name}()`."
            )
        if name not in _NODE_TYPES:
            raise XPathFault(unknown_function(name))
        self._tokens.skip(2)
        if name == "processing-instruction" and self._tokens.kind == "literal":
            self._tokens.skip()
        if not self._tokens.accept(")"):
            raise XPathFault(f"`{name}()` takes no argument: compare it in a predicate.")
        return _NODE_TYPES[name]

    def _all_predicates(self) -> None:
        while self._tokens.accept("["):
            self._predicates += 1
            self.expression()
            self._predicates -= 1
            self._tokens.expect("]", "behind a predicate")

    def _primary(self) -> str:
        tokens = self._tokens
        if (constant := _CONSTANTS.get(tokens.kind)) is not None:
            tokens.skip()
            return constant
        if tokens.accept("$"):
            raise XPathFault(
                f"There are no variables here: write the value instead of `${tokens.text}`."
            )
        if tokens.accept("("):
            gives = self.expression()
            tokens.expect(")", "behind what a bracket opened")
            return gives
        return self._call(tokens.text)

    def _call(self, name: str) -> str:
        signature = FUNCTIONS.get(name)
        if signature is None:
            raise XPathFault(unknown_function(name))
        if name in IN_PREDICATES and not self._predicates:
            raise XPathFault(
                f"`{name}()` speaks of the nodes that a predicate chooses among, and stands in "
                "none: write for example `.//p[position() = last()]`."
            )
        self._tokens.skip(2)
        _check_call(name, signature, list(self._arguments()))
        return signature.gives

    def _arguments(self) -> Iterator[str]:
        if self._tokens.accept(")"):
            return
        yield self.expression()
        while self._tokens.accept(","):
            yield self.expression()
        self._tokens.expect(")", "behind the arguments of a function")


def _need_nodes(gives: str, why: str) -> None:
    if gives not in NODES:
        raise XPathFault(f"{why}, and a {gives} is none: write a path there, as in `.//p`.")


def _no_step(tokens: Tokens) -> XPathFault:
    if tokens.text == "(":
        return XPathFault(
            "A bracket is no step of a path in XPath 1.0: write both paths, as in `.//p | .//b`."
        )
    return tokens.misplaced()


def _check_call(name: str, signature: Signature, arguments: list[str]) -> None:
    count = len(arguments)
    if not signature.least <= count <= signature.most:
        given = "1 is" if count == 1 else f"{count or 'none'} are"
        raise XPathFault(f"`{name}()` takes {signature.arguments}, and {given} written there.")
    if signature.of_nodes:
        for gives in arguments:
            _need_nodes(gives, f"`{name}()` takes nodes")
