"""A page that a call brought along, in place of one that would have to be fetched."""

from __future__ import annotations

from collections.abc import Sequence

from workers.errors import FetchError
from workers.fetchers.base import Exchange, FetcherOptions, FetchRequest, Response

HEADERS = (("content-type", "text/html; charset=utf-8"),)


class GivenFetcher:
    """Answers every request with the one page; nothing leaves."""

    def __init__(self, options: FetcherOptions) -> None:
        """Nothing is read before the first request."""
        self._held = options.held
        self._ended: list[Exchange] = []

    @property
    def in_flight(self) -> int:
        """How many started requests have not come back yet."""
        return len(self._ended)

    def start(self, request: FetchRequest) -> None:
        """Answer the request; ``poll`` gives it."""
        body = self._held()
        if body is None:
            error = FetchError("The page that the call brought along is not kept any more.")
            self._ended.append(Exchange(key=request.key, error=error))
            return
        response = Response(url=request.url, status=200, headers=HEADERS, body=body, milliseconds=0)
        self._ended.append(Exchange(key=request.key, response=response))

    def poll(self, _timeout: float) -> Sequence[Exchange]:
        """Return what was started since."""
        ended, self._ended = self._ended, []
        return ended

    def cookies(self) -> tuple[str, ...]:
        """There are none."""
        return ()

    def close(self) -> None:
        """There is nothing to free."""
        self._ended.clear()
