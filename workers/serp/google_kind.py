"""What Google's kinds of results have in common: how they are asked, and when a page is none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from schemas.plan import Serp
from schemas.serp_columns import ENGINE_COLUMNS
from workers.serp.base import Pairs, SerpPage
from workers.serp.dom import Tree, parse
from workers.serp.found import Found, page_of
from workers.serp.google_common import CONSENT, blocked, google_url, next_page, says_nothing
from workers.serp.google_others import add_others
from workers.serp.visitor import visitor


class GoogleKind(ABC):
    """One kind of results: a child says what ``tbm`` asks for it and how a page of it is read."""

    tbm: ClassVar[str] = ""

    def first_url(self, serp: Serp, base: str | None) -> str:
        """Return ``/search`` at the country's interface domain, for this kind."""
        return google_url(serp, base, **({"tbm": self.tbm} if self.tbm else {}))

    def headers(self, serp: Serp) -> Pairs:
        """Return a visitor's."""
        return visitor(serp)

    def cookies(self, serp: Serp) -> Pairs:
        """Return the answer to the consent page."""
        del serp
        return CONSENT

    def read(self, html: str, url: str, *, serp: Serp, page: int) -> SerpPage:
        """Return what the page means: its results, or why there are none."""
        tree = parse(html)
        found = self.find(tree, url)
        if not found.organic:
            verdict = blocked(tree, html, url)
            if verdict is not None:
                return SerpPage(verdict=verdict)
            found.nothing = says_nothing(tree, url)
        found.next_url = next_page(tree, url)
        if serp.include:
            add_others(found, tree, url)
            keys = ENGINE_COLUMNS[serp.engine]
            found.ads = [{key: ad[key] for key in keys if key in ad} for ad in found.ads]
        return page_of(found, serp, page)

    @abstractmethod
    def find(self, tree: Tree, url: str) -> Found:
        """Return the organic results of a page of this kind."""
