from __future__ import annotations

import asyncio
import base64

import pytest

from workers.fetchers.chrome.egress.grant import EgressGrant
from workers.fetchers.chrome.egress.proxy import EgressProxy


def asked_of_the_proxy(user: str, password: str, *, left: bool) -> tuple[bytes, int]:
    """Return the egress proxy's answer to a request with that password, and how often it denied."""

    async def ask() -> tuple[bytes, int]:
        egress, denied = EgressProxy(), []
        grant = EgressGrant(networks=(), user="user", password="word")
        egress.denied = lambda: denied.append(1)
        await egress.open()
        egress.admit(grant)
        if left:
            egress.revoke(grant)
        reader, writer = await asyncio.open_connection("127.0.0.1", egress.port)
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        head = f"GET http://127.0.0.1:9/ HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic {word}"
        writer.write(f"{head}\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await egress.close()
        return answer, len(denied)

    return asyncio.run(ask())


@pytest.mark.parametrize(("user", "password"), [("user", "wrong"), ("other", "word")])
def test_who_shows_a_wrong_password_is_denied(user: str, password: str) -> None:
    """The proxy says so to the browser and to its owner."""
    answer, denied = asked_of_the_proxy(user, password, left=False)

    assert answer.startswith(b"HTTP/1.1 407 ")
    assert denied == 1


def test_a_context_that_is_being_closed_hears_nothing() -> None:
    """Its last requests go nowhere, and say nothing about the browser."""
    assert asked_of_the_proxy("user", "word", left=True) == (b"", 0)
