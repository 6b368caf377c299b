from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from workers.fetchers.chrome import browser
from workers.fetchers.chrome.browser import House, Room, RoomKey
from workers.fetchers.chrome.egress.proxy import Gate, Passage


def key_of(number: int) -> RoomKey:
    """Return the key of one of many rooms."""
    return RoomKey(profile=str(number), proxy="", networks=())


async def house_of(rooms: int) -> House:
    """Return a house with so many empty rooms, the first of them used longest ago."""
    launched = cast("Any", SimpleNamespace(browser=SimpleNamespace(on=lambda *_: None)))
    house = House(cast("Any", None), Gate(), launched, images=False)
    for number in range(rooms):
        passage, context = Passage(networks=()), cast("Any", None)
        room = Room(key=key_of(number), context=context, passage=passage, used=number)
        house.rooms[room.key] = asyncio.ensure_future(asyncio.sleep(0, room))
    await asyncio.gather(*house.rooms.values())
    return house


def test_a_room_that_somebody_is_on_the_way_to_is_not_surplus() -> None:
    """Between asking for a page and having it there are waits in which others tidy up."""

    async def surplus(*arriving: int, leaving: int | None = None) -> list[str]:
        house = await house_of(browser.IDLE_ROOMS + 2)
        for number in arriving:
            house.enter(key_of(number))
        if leaving is not None:
            house.leave(key_of(leaving))
        return [room.key.profile for room in house.surplus()]

    assert asyncio.run(surplus()) == ["0", "1"]
    assert asyncio.run(surplus(0)) == ["1"]
    assert asyncio.run(surplus(0, 0, leaving=0)) == ["1"]
    assert asyncio.run(surplus(0, leaving=0)) == ["0", "1"]
