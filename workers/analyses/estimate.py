"""What a run would ask of the site and of the account, guessed from a few of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.moments import credits_exact
from schemas.plan import Plan
from workers.analyses.base import Rates
from workers.analyses.seen import LookedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCost:
    """Requests of one kind of page and of all below it, and their price in thousandths."""

    requests: float
    price: float


class Estimate:
    """``seen``: pages by their collection; ``fetchers``: what fetched them."""

    def __init__(
        self,
        plan: Plan,
        seen: Mapping[int, Sequence[LookedPage]],
        fetchers: Mapping[int, str],
        rates: Rates,
    ) -> None:
        self._plan, self._seen, self._rates = plan, seen, rates
        self._fetchers = fetchers

    def likely(self, collection: int = 0) -> ExpectedCost:
        """Return what the pages of ``collection`` that one link leads to come to."""
        pages, price = self.pages(collection), self._price(collection)
        below = [(links, self.likely(child)) for child, links in self.links(collection) if links]
        requests = 1 + sum(links * share.requests for links, share in below)
        total = price + sum(links * share.price for links, share in below)
        return ExpectedCost(requests=pages * requests, price=pages * total)

    def pages(self, collection: int) -> int:
        """Return how many pages a chain of next links has: ``pageNum``, or what the pager shows."""
        paginator = self._plan.collections[collection].paginator
        seen = self._seen.get(collection, ())
        if self._plan.serp is not None:
            return paginator.page_num
        if not any(one.next_url for one in seen):
            return 1
        shown = [one.pages for one in seen if one.pages]
        return min(paginator.page_num, max(shown)) if shown else paginator.page_num

    def links(self, collection: int) -> list[tuple[int, float]]:
        """Return the details collections, with how many of their pages a page here leads to."""
        seen = self._seen.get(collection, ())
        found = []
        for number, field in enumerate(self._plan.collections[collection].fields):
            if field.details is not None:
                counts = [
                    one.distinct for page in seen for one in page.details if one.field == number
                ]
                found.append((field.details, sum(counts) / len(counts) if counts else 0.0))
        return found

    def _price(self, collection: int) -> int:
        fetcher = self._plan.collections[collection].request.fetcher
        return self._rates.prices[self._fetchers.get(collection, fetcher)]

    def _at_most(self) -> int:
        has_details = len(self._plan.collections) > 1
        most = self._rates.max_pages
        return most if has_details else min(self._plan.collections[0].paginator.page_num, most)

    def answer(self) -> dict[str, Any]:
        """Return the member ``estimate``, but for what only the account knows."""
        likely, most = self.likely(), self._at_most()
        dearest = max(self._price(one.index) for one in self._plan.collections)
        share = min(1.0, most / likely.requests)
        return {
            "requests": {
                "atLeast": 1,
                "likely": round(likely.requests * share),
                "atMost": most,
            },
            "credits": {
                "atLeast": credits_exact(self._price(0)),
                "likely": credits_exact(round(likely.price * share)),
                "atMost": credits_exact(most * dearest),
            },
            "assumes": self._assumes(),
        }

    @property
    def truncated(self) -> bool:
        """Whether the deployment's limit would cut the run off."""
        return self.likely().requests > self._rates.max_pages

    def _assumes(self) -> str:
        pages, links = self.pages(0), round(sum(count for _, count in self.links(0)))
        told = f"{pages} pages like this one" if pages > 1 else "this page alone"
        return f"{told}, {links} details each" if links else told
