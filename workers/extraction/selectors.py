"""CSS selectors tried on the engine that will run them, and why one is refused.

lexbor says yes or no and gives no reason, so the reason is looked for here, the commonest first.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from workers.extraction.complexity import TOKEN, too_costly


class SelectorFault(ValueError):
    """The selector can't be used; the message is a sentence that says why."""

    def __init__(self, message: str, *, only_here: bool = False) -> None:
        super().__init__(message)
        self.only_here = only_here
        """Whether a browser may well run the selector that this engine can't."""


def check_css(selector: str) -> None:
    """Return when the engine can run ``selector``.

    Raises:
        SelectorFault: It can't be parsed, or not be run in bounded time.
    """
    costly = too_costly(selector)
    if costly is not None:
        raise SelectorFault(costly, only_here=True)
    if "\0" in selector or any("\ud800" <= character <= "\udfff" for character in selector):
        raise SelectorFault("The selector holds NUL or half a character (a lone surrogate).")
    try:
        LexborHTMLParser("").css(selector)
    except SelectolaxError as error:
        raise _why(selector) from error


_CURES: Final = {
    "contains": 'use :lexbor-contains("text") or XPath: xpath://p[contains(., "text")]',
    "first": "the first match is :nth-child(1), or XPath: xpath:(.//p)[1]",
    "last": "the last match is :last-child, or XPath: xpath:(.//p)[last()]",
    "eq": "count with :nth-child(n) from 1, or XPath: xpath:(.//p)[1]",
    "scope": "the block itself is the selector '.'",
    "text": "what is taken from a match is said by attrs",
    "attr": "what is taken from a match is said by attrs",
}
"""Pseudo-classes of other libraries, and what says the same here."""

_PSEUDO: Final = re.compile(r"(?<![\\:]):(?!:)([-\w]+)(\(?)")
_DIGIT: Final = re.compile(r"(?<!\\)([.])(\d[-\w]*)")
_SPECIAL: Final = re.compile(r"(?<!\\)[/@!$%&?;{}^=]")


def _why(selector: str) -> SelectorFault:
    """Return what is wrong with ``selector``, which the engine refuses."""
    for reason in (_blank, _unclosed, _edges, _pseudo_element):
        message = reason(selector)
        if message is not None:
            return SelectorFault(message)
    bare = _without_strings(selector)
    message = _pseudo_class(bare)
    if message is not None:
        return SelectorFault(message, only_here=True)
    return SelectorFault(_names(bare) or f"{selector!r} is no CSS selector.")


def _blank(selector: str) -> str | None:
    return None if selector.strip() else "The selector is empty."


def _without_strings(selector: str) -> str:
    """Return ``selector`` without what stands in quotes, comments and square brackets."""
    return TOKEN.sub(
        lambda token: "" if token.lastgroup in {"skip", "attribute"} else token.group(), selector
    )


def _unclosed(selector: str) -> str | None:
    depth = 0
    for token in TOKEN.finditer(selector):
        text = token.group()
        if token.lastgroup == "attribute" and not text.endswith("]"):
            return f"A square bracket is never closed: {text!r}."
        if (
            token.lastgroup == "skip"
            and text[0] in "\"'"
            and (len(text) == 1 or text[-1] != text[0])
        ):
            return f"A quotation mark is never closed: {text!r}."
        depth += {"function": 1, "open": 1, "close": -1}.get(str(token.lastgroup), 0)
        if depth < 0:
            return "A bracket ')' is closed that was never opened."
    return "A bracket '(' is never closed." if depth else None


def _edges(selector: str) -> str | None:
    for branch in _without_strings(selector).split(","):
        part = branch.strip()
        if not part and "[" not in selector:
            return "There is nothing before or after a comma."
        if part[:1] in {">", "+", "~"}:
            return (
                f"A selector can't begin with {part[0]!r}: it is matched against the whole page, "
                "and what is inside the block counts. Begin with an element."
            )
        if part[-1:] in {">", "+", "~"}:
            return f"There is nothing after {part[-1]!r}."
        if re.search(r"[>+~]\s*[>+~]", part):
            return "Two combinators follow each other."
    return None


def _pseudo_element(selector: str) -> str | None:
    found = re.search(r"::([-\w]+)", _without_strings(selector))
    if found is None:
        return None
    return (
        f"'::{found[1]}' is a pseudo-element, which no page holds: say with attrs "
        "what to take from the element."
    )


def _pseudo_class(bare: str) -> str | None:
    for name, bracket in _PSEUDO.findall(bare):
        if _is_known(name, called=bool(bracket)):
            continue
        cure = _CURES.get(name.lower(), f"a colon in a class is written '\\:{name}'")
        shown = f":{name}()" if bracket else f":{name}"
        return f"There is no pseudo-class {shown!r} that can be used here; {cure}."
    return None


def _is_known(name: str, *, called: bool) -> bool:
    """Whether the engine knows the pseudo-class, by trying it with each kind of argument."""
    trials = [f":{name}({argument})" for argument in ("a", "1", '"a"')] if called else [f":{name}"]
    page = LexborHTMLParser("")
    for trial in trials:
        try:
            page.css(trial)
        except SelectolaxError:
            continue
        return True
    return False


def _names(bare: str) -> str | None:
    digit = _DIGIT.search(bare)
    if digit is not None:
        return (
            f"{digit.group()!r} begins with a digit, which CSS doesn't allow: "
            f'write [class~="{digit[2]}"].'
        )
    special = _SPECIAL.search(bare)
    if special is not None:
        return (
            f"{special.group()!r} can't stand there; in a name it is written '\\{special.group()}'."
        )
    return None
