"""What a process may make of pages in place of records: the wishes of calls that look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePreview:
    """One page of the top collection looked at, in place of a run.

    ``records`` are shown, ``details`` links of a page are followed. ``pointer`` is where the
    payload stood in the call.
    """

    kind: ClassVar[str] = "preview"

    records: int = 10
    details: int = 1
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSuggestion:
    """One page looked at for the payloads that it may be wanted for.

    ``want``: values that the records must hold. ``records`` are shown of each candidate.
    ``details``: one details page is looked at too. ``pages``: of the list, that are compared.
    ``request`` is what the call said of how to fetch, as JSON: the payloads say it too.
    """

    kind: ClassVar[str] = "suggest"

    want: tuple[str, ...] = ()
    records: int = 20
    details: bool = False
    pages: int = 1
    request: str = "{}"


Analysis = PagePreview | PageSuggestion
"""What may be made of pages in place of records; ``kind`` is a key of ``registry.ANALYSES``."""
