from __future__ import annotations

from typing import Any

import pytest

from workers import accounts
from workers.db import Database


@pytest.mark.parametrize("scopes", [["read"], ["run"], ["admin"], ["read", "run", "admin"]])
def test_a_key_of_any_scope_is_told_whose_it_is(
    bob: Any, database: Database, scopes: list[str]
) -> None:
    """So that a tool can test a key and name the connection, by either method."""
    bob.key = accounts.create_key(database, bob.account, scopes).api_key
    expected = {"account": bob.account, "name": "bob", "scopes": scopes, "balance": 12.345}

    assert bob.get("/v1/me").json == expected
    assert bob.post("/v1/me/").json == expected


def test_a_key_that_does_not_work_is_told_nothing(bob: Any, database: Database) -> None:
    """None, an unknown one, one that was revoked: 401."""
    made = accounts.create_key(database, bob.account, ["read"])
    accounts.revoke_key(database, made.prefix)
    answers = [bob.get("/v1/me", headers={"X-Api-Key": key}) for key in ("", "x", made.api_key)]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert all("bob" not in answer.text for answer in answers)
