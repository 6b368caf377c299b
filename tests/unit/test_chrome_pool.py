from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Error

from workers import errors
from workers.fetchers.base import FetchRequest
from workers.fetchers.chrome import pool
from workers.fetchers.chrome.browser import RoomKey
from workers.fetchers.chrome.egress.proxy import Gate
from workers.fetchers.chrome.pool import Keeper

KEY = RoomKey(profile="p", proxy="", networks=())


class SlowHouse:
    """A house that has no room, one guest who stays, and an end that takes a moment."""

    images = lost = leaving = False
    guests, served = 1, 0
    born = used = 0.0

    def __init__(self) -> None:
        self.begun, self.down = asyncio.Event(), False
        self.rooms: dict[RoomKey, Any] = {}
        self.gate = Gate()

    def open_rooms(self) -> list[Any]:
        """Return no rooms."""
        return []

    def surplus(self) -> list[Any]:
        """Return none either."""
        return []

    def enter(self, _: RoomKey) -> None:
        """Count a guest."""
        self.guests += 1

    def leave(self, _: RoomKey) -> None:
        """Count one less."""
        self.guests -= 1

    async def answers(self) -> bool:
        """Be well."""
        return True

    async def room(self, *_: object) -> None:
        """Have none."""
        raise Error("no room")

    async def pull_down(self) -> None:
        """Take a few turns of the loop."""
        self.begun.set()
        for _ in range(20):
            await asyncio.sleep(0)
        self.down = True


def test_who_ends_the_keeper_waits_for_what_is_being_pulled_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A browser that is just ending is ended, not abandoned half way."""

    async def ended() -> bool:
        house = SlowHouse()

        async def build(*_: object, **__: object) -> SlowHouse:
            return house

        monkeypatch.setattr(pool.House, "build", build)
        keeper = Keeper()
        with pytest.raises(errors.BrowserCrashed, match="no room"):
            await keeper.fetch(KEY, FetchRequest(key=1, url="http://x.test/"), 0.0)
        await asyncio.sleep(0.01)  # what fetch leaves to be done later must not be what ends it
        house.guests = 0
        await house.begun.wait()
        await keeper.close()
        return house.down

    monkeypatch.setattr(pool, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(pool.memory, "watch", lambda *_: None)
    assert asyncio.run(ended())
