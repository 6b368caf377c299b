"""Where the list goes on: the link to its next page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workers.extraction.suggest.next_evidence import LinkEvidence
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.page_links import page_links

_LEAST: Final = 4.0
_SURE: Final = 5.0
_BETTER: Final = 0.2
"""By which a later link has to be better: the pager above the list is that below it."""

_LONGEST: Final = 80  # characters of a text


@dataclass(frozen=True, slots=True)
class NextLink:
    """The link to the next page: its element, where it leads, what it says, its score."""

    element: int
    url: str
    text: str
    score: float

    @property
    def is_sure(self) -> bool:
        """Whether there is hardly a doubt."""
        return self.score >= _SURE


def find_next(outline: Outline) -> NextLink | None:
    """Return the link that goes on with what the page lists, if any is good enough."""
    links = page_links(outline)
    evidence = LinkEvidence(outline, links)
    best: NextLink | None = None
    for index, link in enumerate(links):
        outline.tree.budget.step()
        score = evidence.score(index)
        if score >= _LEAST and (best is None or score > best.score + _BETTER):
            best = NextLink(link.element, link.url, link.text[:_LONGEST], score)
    return best
