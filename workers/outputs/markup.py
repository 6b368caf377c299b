"""Text and names as XML 1.0 can hold them, for parsers of its fourth and of its fifth edition."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from workers.outputs.xml_names import NOT_FIRST, NOT_IN_NAMES

ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters outside the production Char (section 2.2): no escape can carry them either."""


def legal(text: str) -> str:
    """Return ``text`` without the characters that XML can't hold."""
    # The question is far quicker than the expression, and answered yes by nearly every text.
    return text if text.isprintable() else ILLEGAL.sub("", text)


def escaped(text: str) -> str:
    """Return ``text`` as element content, CR kept as a reference (section 2.11), rest removed."""
    text = legal(text).replace("\r", "\0")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\0", "&#13;")


def element_names(keys: Iterable[str]) -> dict[str, str]:
    """Return a valid element name for each key, all different (section 2.3).

    What a name can't hold becomes ``_``, the colon too, for it means a namespace; a name that would
    begin otherwise, or with the reserved ``xml``, gets ``_`` before it; doubles are numbered.
    """
    keys = list(keys)
    names: dict[str, str] = {key: key for key in keys if _name(key) == key}
    taken = set(names)
    for key in keys:
        if key not in names:
            names[key] = _unused(_name(key), taken)
            taken.add(names[key])
    return names


def _name(key: str) -> str:
    name = NOT_IN_NAMES.sub("_", key)
    return f"_{name}" if not name or NOT_FIRST.match(name) else name


def _unused(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
