"""Accounts, keys and payments on a real Postgres."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from schemas.problem import Invalid
from workers import accounts
from workers.db import Database
from workers.errors import Conflict, NotFound, Unauthorized


def test_a_new_account_has_its_signup_credits_and_a_key(database: Database) -> None:
    """The ledger proves the balance."""
    made = accounts.create(database, "acme", credits=1_500)
    row = accounts.credits(database, made.account_id)

    assert (row.balance, row.reserved, row.spent, row.unlimited) == (1_500, 0, 0, False)
    assert accounts.authenticate(database, made.api_key).account_id == made.account_id
    assert accounts.webhook_secret(database, made.account_id) == made.webhook_secret


def test_payments_are_in_the_ledger(database: Database, database_url: str) -> None:
    """The sum of the ledger is what was paid in."""
    made = accounts.create(database, "acme", credits=1_000)
    accounts.add_credits(database, "acme", 1)
    accounts.add_credits(database, made.account_id, 499)
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount)::int, array_agg(DISTINCT reason) FROM ledger")
        row = cursor.fetchone()
    connection.close()

    assert row == (1_500, ["signup", "top-up"])


@pytest.mark.parametrize("amount", [0, -1, 10**16])
def test_an_amount_that_is_none_is_refused(database: Database, amount: int) -> None:
    """Nothing but a payment pays in."""
    accounts.create(database, "acme")

    with pytest.raises(Invalid):
        accounts.add_credits(database, "acme", amount)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 201])
def test_a_name_can_be_read(database: Database, name: str) -> None:
    """It stands in lists."""
    with pytest.raises(Invalid):
        accounts.create(database, name)


def test_a_name_is_taken_once(database: Database) -> None:
    """It finds an account as its id does."""
    accounts.create(database, "acme")

    with pytest.raises(Conflict, match="acme"):
        accounts.create(database, "acme")
    with pytest.raises(NotFound, match="nobody"):
        accounts.disable(database, "nobody")


def test_scopes_are_kept_and_strange_ones_refused(database: Database) -> None:
    """A key does what it was made for."""
    accounts.create(database, "acme")
    made = accounts.create_key(database, "acme", ["read", "read"])

    assert accounts.authenticate(database, made.api_key).scopes == ["read"]
    assert accounts.authenticate(database, f" {made.api_key} ").prefix == made.prefix
    for scopes in ([], ["write"]):
        with pytest.raises(Invalid):
            accounts.create_key(database, "acme", scopes)


def test_no_key_unknown_revoked_and_disabled(database: Database) -> None:
    """The published texts; the last three are alike."""
    made = accounts.create(database, "acme")
    other = accounts.create_key(database, "acme")
    accounts.revoke_key(database, other.prefix)

    with pytest.raises(Unauthorized, match=r"^No API Key provided$"):
        accounts.authenticate(database, "  ")
    for key in ("nonsense", "\ud800\x00", other.api_key, made.api_key[:-1]):
        with pytest.raises(Unauthorized, match=r"^Invalid API key$"):
            accounts.authenticate(database, key)
    accounts.disable(database, "acme")
    with pytest.raises(Unauthorized, match=r"^Invalid API key$"):
        accounts.authenticate(database, made.api_key)
    with pytest.raises(NotFound):
        accounts.revoke_key(database, "nonsense")


@pytest.mark.parametrize("key", ["%", "test", "käse", "gm_x", "a" * 500])
def test_any_text_serves_as_the_first_key(database: Database, key: str) -> None:
    """Its prefix is no part of it, and saying it twice changes nothing."""
    first = accounts.ensure_first_account(database, key)
    second = accounts.ensure_first_account(database, key)
    row = accounts.authenticate(database, key)

    assert (first, second) == (True, False)
    assert key not in row.prefix
    assert accounts.credits(database, row.account_id).unlimited


def test_another_first_key_is_added_beside_the_old(database: Database) -> None:
    """Both open the same account; a revoked one stays revoked."""
    accounts.ensure_first_account(database, "old")
    prefix = accounts.authenticate(database, "old").prefix

    assert accounts.ensure_first_account(database, "new")
    assert (
        accounts.authenticate(database, "old").account_id
        == accounts.authenticate(database, "new").account_id
    )
    accounts.revoke_key(database, prefix)
    accounts.ensure_first_account(database, "old")
    with pytest.raises(Unauthorized):
        accounts.authenticate(database, "old")


def test_two_programs_may_make_the_first_account_at_once(database: Database) -> None:
    """A platform may start its release step twice."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: accounts.ensure_first_account(database, "k"), range(8)))

    assert any(made)
    assert len(accounts.listing(database)) == 1
