"""Accounts, their API keys and what they pay in; what they spend is settled where pages are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from schemas.codes import SCOPES
from schemas.problem import Fault, Invalid
from schemas.rows.accounts import (
    AccountRow,
    CallerRow,
    CreditsRow,
    HolderRow,
    ListedAccountRow,
)
from workers.api_keys import NewKey, digest_of, new_key, own_prefix
from workers.db import Database, Transaction
from workers.db.named import (
    ACCOUNT_CREDITS,
    ACCOUNT_HOLDER,
    ACCOUNT_OF_KEY,
    FIND_ACCOUNT,
    INSERT_ACCOUNT,
    INSERT_KEY,
    LIST_ACCOUNTS,
    PAY_IN,
    REVOKE_KEY,
    WEBHOOK_SECRET_OF_ACCOUNT,
)
from workers.errors import Conflict, NotFound, Unauthorized
from workers.ids import new_id
from workers.secrets import new_webhook_secret
from workers.settings import settings

R = TypeVar("R")

FIRST_ACCOUNT = "default"
MAX_NAME = 200  # characters
MAX_AMOUNT = 10**15  # thousandths of a credit in one payment: far below what a bigint holds


class Created(NamedTuple):
    """A new account with what is shown this once."""

    account_id: str
    name: str
    api_key: str
    webhook_secret: str


def create(
    database: Database,
    name: str,
    *,
    credits: int | None = None,  # noqa: A002 - the word of the trade
    unlimited: bool = False,
) -> Created:
    """Create an account with a first key of every scope.

    ``credits`` are thousandths; None means the setting, and nothing for an unlimited account.
    Raises ``Invalid`` for an unusable name or amount and ``Conflict`` for a name that is taken.
    """
    name = _checked_name(name)
    balance = credits if credits is not None else 0 if unlimited else settings().signup_credits
    if balance:
        _check_amount(balance)
    key = new_key()
    with database.transaction("create_account") as tx:
        account_id, secret = _insert(tx, name, balance=balance, unlimited=unlimited)
        _insert_key(tx, account_id, key, tuple(SCOPES))
    return Created(account_id, name, key.api_key, secret)


def listing(database: Database) -> list[ListedAccountRow]:
    """Return all accounts with the prefixes of their working keys, oldest first."""
    with database.reading() as tx:
        return tx.all(LIST_ACCOUNTS)


def find(database: Database, account: str) -> AccountRow:
    """Return ``id``, ``name`` and ``disabled`` of the account with this id or name."""
    with database.reading() as tx:
        return _find(tx, account)


def disable(database: Database, account: str) -> str:
    """Make every key of the account (id or name) useless at once; returns its id."""
    with database.transaction("disable_account") as tx:
        found = _find(tx, account)
        tx.do("disable_account", account_id=found.id)
    return found.id


def add_credits(database: Database, account: str, amount: int) -> CreditsRow:
    """Pay ``amount`` thousandths in; returns the account's credits as they then stand.

    A process that waits for credits goes on by itself: the sweep sees the new balance.
    """
    _check_amount(amount)
    with database.transaction("add_credits") as tx:
        found = _find(tx, account)
        standing = tx.the(PAY_IN, account_id=found.id, amount=amount)
        tx.do("insert_payment", account_id=found.id, amount=amount, reason="top-up")
    return standing


def credits(database: Database, account_id: str) -> CreditsRow:  # noqa: A001 - the word of the trade
    """Return ``balance``, ``reserved``, ``spent`` (thousandths) and ``unlimited``."""
    with database.reading() as tx:
        return _known(tx.one(ACCOUNT_CREDITS, account_id=account_id))


def holder(database: Database, account_id: str) -> HolderRow:
    """Return ``id``, ``name`` and ``balance`` (thousandths) of the account."""
    with database.reading() as tx:
        return _known(tx.one(ACCOUNT_HOLDER, account_id=account_id))


def create_key(database: Database, account: str, scopes: Sequence[str] = tuple(SCOPES)) -> NewKey:
    """Create one more key of the account (id or name) with ``scopes``, a part of ``SCOPES``."""
    strange = [scope for scope in scopes if scope not in SCOPES]
    if strange or not scopes:
        detail = f"Scopes are {', '.join(SCOPES)}; {', '.join(strange) or 'nothing'} was asked for."
        raise Invalid([Fault("/scopes", detail)], detail)
    key = new_key()
    with database.transaction("create_key") as tx:
        _insert_key(tx, _find(tx, account).id, key, tuple(dict.fromkeys(scopes)))
    return key


def revoke_key(database: Database, prefix: str) -> None:
    """Make the key with this prefix useless at once and for ever."""
    with database.transaction("revoke_key") as tx:
        if tx.one(REVOKE_KEY, prefix=prefix) is None:
            raise NotFound(f"There is no API key with the prefix {prefix}.")


def authenticate(database: Database, key: str) -> CallerRow:
    """Return ``account_id``, ``scopes`` and ``prefix`` of a working key.

    Raises ``Unauthorized``: without a key, and alike for an unknown, a revoked one and one whose
    account is disabled.
    """
    if not key.strip():
        raise Unauthorized("No API Key provided")
    with database.reading() as tx:
        found = tx.one(ACCOUNT_OF_KEY, hash=digest_of(key.strip()))
    if found is None:
        raise Unauthorized
    return found


def webhook_secret(database: Database, account_id: str) -> str:
    """Return the ``whsec_…`` that the account's webhooks are signed with."""
    with database.reading() as tx:
        return _known(tx.one(WEBHOOK_SECRET_OF_ACCOUNT, account_id=account_id)).webhook_secret


def ensure_first_account(database: Database, api_key: str) -> bool:
    """See to it that the unlimited first account is there and that ``api_key`` opens it.

    Safe to repeat, also at the same time; any text serves as a key, and a new one is added beside
    the old. A key that was revoked stays revoked: a restart must not undo that. Returns whether
    anything was new.
    """
    key = api_key.strip()
    if not key:
        raise ValueError("the first account's API key is empty")
    with database.transaction("first_account") as tx:
        found = tx.one(FIND_ACCOUNT, account=FIRST_ACCOUNT)
        account_id = found.id if found else _insert_first(tx)
        added = tx.one(
            INSERT_KEY,
            prefix=own_prefix(),
            hash=digest_of(key),
            account_id=account_id,
            scopes=list(SCOPES),
        )
    return found is None or added is not None


def _insert_first(tx: Transaction) -> str:
    """Insert the first account; when another program was faster, its account serves."""
    account_id = new_id()
    row = tx.one(
        INSERT_ACCOUNT,
        account_id=account_id,
        name=FIRST_ACCOUNT,
        balance=0,
        unlimited=True,
        webhook_secret=new_webhook_secret(),
    )
    return account_id if row is not None else _find(tx, FIRST_ACCOUNT).id


def _insert(tx: Transaction, name: str, *, balance: int, unlimited: bool) -> tuple[str, str]:
    account_id, secret = new_id(), new_webhook_secret()
    row = tx.one(
        INSERT_ACCOUNT,
        account_id=account_id,
        name=name,
        balance=balance,
        unlimited=unlimited,
        webhook_secret=secret,
    )
    if row is None:
        raise Conflict(f"There is an account called {name} already.")
    if balance:
        tx.do("insert_payment", account_id=account_id, amount=balance, reason="signup")
    return account_id, secret


def _find(tx: Transaction, account: str) -> AccountRow:
    found = tx.one(FIND_ACCOUNT, account=account)
    if found is None:
        raise NotFound(f"There is no account with the id or name {account}.")
    return found


def _known(row: R | None) -> R:
    if row is None:
        raise NotFound
    return row


def _insert_key(tx: Transaction, account_id: str, key: NewKey, scopes: Sequence[str]) -> None:
    tx.one(
        INSERT_KEY,
        prefix=key.prefix,
        hash=digest_of(key.api_key),
        account_id=account_id,
        scopes=list(scopes),
    )


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        detail = f"An account's name has 1 to {MAX_NAME} printable characters."
        raise Invalid([Fault("/name", detail)], detail)
    return name


def _check_amount(amount: int) -> None:
    if not 0 < amount <= MAX_AMOUNT:
        detail = "An amount of credits is above 0 and at most 1,000,000,000,000."
        raise Invalid([Fault("/credits", detail)], detail)
