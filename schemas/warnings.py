"""The closed list of warnings: what is odd about a page that was looked at, or about a whole run.

A warning stops nothing. It names the place in the payload that is to blame, as the faults of a
payload do, and where one is known the cure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marshmallow import missing

from schemas.answers import AnswerSchema, ShownText, ShownWord

WARNINGS: Final[Mapping[str, str]] = {
    "no_blocks": "Nothing on the page is a block, so there is no record.",
    "one_block": "There is one block, and it holds many records.",
    "field_empty": "A field gave no value anywhere.",
    "field_in_few_blocks": "Fewer than half of the blocks hold a field.",
    "outside_blocks": "A field matches elements, but none of them lies in a block.",
    "several_values": "A field gives several values in most blocks.",
    "filter_empties": "A filter leaves nothing of most values.",
    "same_values": "A field gives the same value in every block.",
    "no_next": "The paginator leads to no other page.",
    "next_loops": "The next link leads to the page that it stands on.",
    "next_other_host": "The next link leads to another host.",
    "page_num_1": "There is a next page, and `pageNum` is 1.",
    "no_details": "Every details page was empty.",
    "no_details_links": "A field has details, but its matches link to no page.",
    "robots_disallows": "The site's robots.txt forbids the page.",
    "needs_chrome": "Without a browser the page holds no record.",
    "chrome_not_needed": "Without a browser the page holds the same records, for less.",
    "slow_selector": "A selector takes long on this page.",
    "truncated": "A limit of this deployment would cut off the run.",
    "blocked": "The answer is a block notice.",
    "login_form": "The page asks for a password and holds no record.",
    "hashed_class": "A selector names a class that a program made up: it will change.",
    "many_records_dropped": "Most blocks hold no value at all, and give no record.",
}
"""``code`` of a warning → what it means."""

RUN_WARNINGS: Final = frozenset(
    {
        "no_blocks",
        "field_empty",
        "field_in_few_blocks",
        "outside_blocks",
        "filter_empties",
        "same_values",
        "no_next",
        "page_num_1",
        "no_details",
        "many_records_dropped",
    }
)
"""The codes that can be told of a whole run; ``no_details`` is told of nothing else."""

PAGE_WARNINGS: Final = frozenset(WARNINGS.keys() - {"no_details"})
"""The codes that can be told of one page."""


@dataclass(frozen=True, slots=True)
class PayloadWarning:
    """One thing that is odd: its code, where in the payload (RFC 6901), what, and the cure."""

    code: str
    pointer: str
    detail: str
    hint: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the object as answers hold it, without a hint where there is none."""
        said = {"code": self.code, "pointer": self.pointer, "detail": self.detail}
        return said | ({"hint": self.hint} if self.hint else {})


class WarningSchema(AnswerSchema):
    """Something odd about what a payload found, and the cure where one is known."""

    sometimes = frozenset({"hint"})
    code = ShownWord(WARNINGS)
    pointer = ShownText(metadata={"description": "Where in the payload: a JSON pointer."})
    detail = ShownText()
    hint = ShownText(metadata={"description": "What would help."})

    def get_attribute(self, obj: Mapping[str, object], attr: str, _default: object) -> object:
        """Return a member of what ``as_json`` gave; one that is left out is missing."""
        return obj.get(attr, missing)


WARNING: Final = WarningSchema()
