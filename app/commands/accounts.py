"""Accounts, their keys and credits, from the command line."""

from __future__ import annotations

import click

from app.commands.stack import Credits, answer, database, json_option
from schemas.codes import SCOPES
from schemas.process import dump_credits
from schemas.rows.accounts import CreditsRow, ListedAccountRow
from workers import accounts


@click.group()
def account() -> None:
    """Create, list and disable accounts."""


@account.command("create")
@click.argument("name")
@click.option("--credits", "amount", type=Credits(), help="Credits to begin with.")
@click.option("--unlimited", is_flag=True, help="Never runs out of credits.")
@json_option
def create(name: str, amount: int | None, *, unlimited: bool, as_json: bool) -> None:
    """Create an account; its API key is shown this once."""
    if unlimited and amount is not None:
        raise click.UsageError("give either --credits or --unlimited")
    made = accounts.create(database(), name, credits=amount, unlimited=unlimited)
    shown = {
        "account": made.account_id,
        "name": made.name,
        "api_key": made.api_key,
        "webhook_secret": made.webhook_secret,
    }
    text = (
        f"account         {made.account_id}  {made.name}\n"
        f"API key         {made.api_key}  (shown this once)\n"
        f"webhook secret  {made.webhook_secret}"
    )
    answer(shown, text, as_json=as_json)


@account.command("list")
@json_option
def listing(*, as_json: bool) -> None:
    """List all accounts."""
    rows = accounts.listing(database())
    shown = [
        {
            "account": row.id,
            "name": row.name,
            **dump_credits(row),
            "disabled": row.disabled,
            "keys": row.keys,
        }
        for row in rows
    ]
    answer(shown, "\n".join(map(_line, rows)) or "There is no account yet.", as_json=as_json)


def _line(row: ListedAccountRow) -> str:
    balance = "unlimited" if row.unlimited else f"{dump_credits(row)['balance']} credits"
    state = "  disabled" if row.disabled else ""
    return f"{row.id}  {row.name}  {balance}  keys: {', '.join(row.keys) or 'none'}{state}"


@account.command("disable")
@click.argument("account_name", metavar="ACCOUNT")
@json_option
def disable(account_name: str, *, as_json: bool) -> None:
    """Make every key of an account (id or name) useless at once."""
    account_id = accounts.disable(database(), account_name)
    answer(
        {"account": account_id, "disabled": True}, f"{account_name} is disabled.", as_json=as_json
    )


@click.group("credits")
def credit() -> None:
    """Add and show credits."""


@credit.command("add")
@click.argument("account_name", metavar="ACCOUNT")
@click.argument("amount", metavar="N", type=Credits())
@json_option
def add(account_name: str, amount: int, *, as_json: bool) -> None:
    """Pay credits in; processes that wait for them go on by themselves."""
    base = database()
    account_id = accounts.find(base, account_name).id
    _show(account_id, accounts.add_credits(base, account_id, amount), as_json=as_json)


@credit.command("show")
@click.argument("account_name", metavar="ACCOUNT")
@json_option
def show(account_name: str, *, as_json: bool) -> None:
    """Show what an account has, holds and has spent."""
    base = database()
    account_id = accounts.find(base, account_name).id
    _show(account_id, accounts.credits(base, account_id), as_json=as_json)


def _show(account_id: str, row: CreditsRow, *, as_json: bool) -> None:
    shown = dump_credits(row)
    has = "unlimited" if row.unlimited else str(shown["balance"])
    text = f"balance {has}, reserved {shown['reserved']}, spent {shown['spent']}"
    answer({"account": account_id, **shown}, text, as_json=as_json)


@click.group()
def key() -> None:
    """Create and revoke API keys."""


@key.command("create")
@click.argument("account_name", metavar="ACCOUNT")
@click.option("--scopes", default=",".join(SCOPES), show_default=True)
@json_option
def create_key(account_name: str, scopes: str, *, as_json: bool) -> None:
    """Create one more key; it is shown this once."""
    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    made = accounts.create_key(database(), account_name, wanted)
    text = f"API key  {made.api_key}  (shown this once)\nprefix   {made.prefix}"
    answer({"api_key": made.api_key, "prefix": made.prefix}, text, as_json=as_json)


@key.command("revoke")
@click.argument("prefix")
@json_option
def revoke(prefix: str, *, as_json: bool) -> None:
    """Make a key useless at once and for ever."""
    accounts.revoke_key(database(), prefix)
    answer({"prefix": prefix, "revoked": True}, f"{prefix} is revoked.", as_json=as_json)
