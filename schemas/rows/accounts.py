"""Rows of accounts, their keys and their credits."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class AccountRow(Protocol):
    """An account."""

    id: str
    name: str
    disabled: bool


class CreditsRow(Protocol):
    """What an account has, holds and has spent."""

    balance: int
    reserved: int
    spent: int
    unlimited: bool


class HolderRow(Protocol):
    """Who holds an account, and its balance."""

    id: str
    name: str
    balance: int


class ListedAccountRow(AccountRow, CreditsRow, Protocol):
    """An account in the list of all; ``keys`` are the prefixes of those that work."""

    created_at: datetime
    keys: list[str]


class SpendableRow(Protocol):
    """What an account can spend now."""

    available: int
    unlimited: bool


class KeyPrefixRow(Protocol):
    """A key of an account."""

    prefix: str


class CallerRow(KeyPrefixRow, Protocol):
    """Whose key this is, and what it may."""

    account_id: str
    scopes: list[str]


class SecretRow(Protocol):
    """What webhooks are signed with."""

    webhook_secret: str
