"""The functions of XPath 1.0, and what says the same as those of its successors and of others.

https://www.w3.org/TR/1999/REC-xpath-19991116/, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from schemas.faults import nearest

WITHOUT_LIMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Signature:
    """How many arguments a function takes, whether they must be nodes, and what it gives."""

    least: int
    most: int
    gives: str
    of_nodes: bool = False

    @property
    def arguments(self) -> str:
        """How many there may be, in words."""
        if self.most == WITHOUT_LIMIT:
            return f"{self.least} arguments or more"
        number = (
            str(self.most) if self.least == self.most else f"{self.least} or {self.most}"
        ).replace("0", "no")
        return f"{number} argument{'' if self.most == 1 else 's'}"


FUNCTIONS: Final[Mapping[str, Signature]] = {
    "boolean": Signature(1, 1, "boolean"),
    "ceiling": Signature(1, 1, "number"),
    "concat": Signature(2, WITHOUT_LIMIT, "string"),
    "contains": Signature(2, 2, "boolean"),
    "count": Signature(1, 1, "number", of_nodes=True),
    "false": Signature(0, 0, "boolean"),
    "floor": Signature(1, 1, "number"),
    "id": Signature(1, 1, "elements"),
    "lang": Signature(1, 1, "boolean"),
    "last": Signature(0, 0, "number"),
    "local-name": Signature(0, 1, "string", of_nodes=True),
    "name": Signature(0, 1, "string", of_nodes=True),
    "namespace-uri": Signature(0, 1, "string", of_nodes=True),
    "normalize-space": Signature(0, 1, "string"),
    "not": Signature(1, 1, "boolean"),
    "number": Signature(0, 1, "number"),
    "position": Signature(0, 0, "number"),
    "round": Signature(1, 1, "number"),
    "starts-with": Signature(2, 2, "boolean"),
    "string": Signature(0, 1, "string"),
    "string-length": Signature(0, 1, "number"),
    "substring": Signature(2, 3, "string"),
    "substring-after": Signature(2, 2, "string"),
    "substring-before": Signature(2, 2, "string"),
    "sum": Signature(1, 1, "number", of_nodes=True),
    "translate": Signature(3, 3, "string"),
    "true": Signature(0, 0, "boolean"),
}

IN_PREDICATES: Final = frozenset({"last", "position"})
"""They speak of a list of nodes, which only a predicate has."""

_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_SEARCH = '`contains(., "a")` or `starts-with(., "a")`, or take the text and add a filter `regex`'

_CURES: Final[Mapping[str, str]] = {
    "abs": '`translate(., "-", "")`',
    "avg": "`sum(.//td) div count(.//td)`",
    "current": "`.`, which is the block at the beginning of an expression",
    "data": "`string(.)`",
    "empty": "`not(.//p)`",
    "ends-with": '`substring(., string-length(.) - string-length("a") + 1) = "a"`',
    "exists": "`boolean(.//p)`, and in a predicate the path alone",
    "has-class": (
        '`contains(concat(" ", normalize-space(@class), " "), " name ")`, or the CSS selector '
        "`.name`"
    ),
    "if": "two fields, or predicates: `.//p[@a] | .//b[not(@a)]`",
    "lower-case": f'`translate(., "{_UPPER}", "{_LOWER}")`, or add a filter `lowercase`',
    "match": _SEARCH,
    "matches": _SEARCH,
    "max": "`.//p[not(. < //p)]`",
    "min": "`.//p[not(. > //p)]`",
    "replace": '`translate(., "a", "b")` for single characters, or a filter `regex`',
    "string-join": "the path alone and a filter `concatenate` with its param",
    "test": _SEARCH,
    "tokenize": '`substring-before(., ",")` and `substring-after(., ",")`',
    "upper-case": f'`translate(., "{_LOWER}", "{_UPPER}")`, or add a filter `uppercase`',
}
"""Functions of XPath 2.0 and 3.1, XSLT, EXSLT and parsel → what says the same here."""


def unknown_function(name: str) -> str:
    """Return the sentence for a function that XPath 1.0 hasn't, with what to write instead."""
    prefix, _, local = name.rpartition(":")
    if prefix and local in FUNCTIONS:
        return f"No prefix is bound here: write `{local}()` instead of `{name}()`."
    cure = _CURES.get(local.lower())
    if cure is not None:
        return f"XPath 1.0 has no function `{name}()`: write {cure}."
    near = nearest(local, FUNCTIONS)
    hint = f" Did you mean `{near}()`?" if near else ""
    return f"XPath 1.0 has no function `{name}()`.{hint}"
