"""The account: who calls, its credits and webhook secret; and what this deployment can do."""

from __future__ import annotations

from typing import Final

from flask import Response, g, jsonify

from app.ports import ports
from app.version import VERSION
from schemas import registry
from schemas.answers import (
    AnswerSchema,
    Count,
    ExactCredits,
    Identifier,
    Items,
    OpenObject,
    ShownNumber,
    ShownText,
    ShownWord,
)
from schemas.codes import SCOPES
from schemas.process import dump_credits
from schemas.strict import Nested
from schemas.suggestions import SUGGEST_VERSION
from workers import accounts


class SecretSchema(AnswerSchema):
    """What webhooks are signed with."""

    secret = ShownText()


class CallerSchema(AnswerSchema):
    """Whose key this is, and what it may."""

    id = Identifier(data_key="account")
    name = ShownText(metadata={"description": "The account's."})
    scopes = Items(ShownWord(SCOPES))
    balance = ExactCredits(metadata={"description": "Credits, as `/v1/credits` shows them."})


class PricesSchema(AnswerSchema):
    """Credits for a page, by what fetches it."""

    base = ExactCredits()
    chrome = ExactCredits()


class LimitsSchema(AnswerSchema):
    """What one call, one process and one page of this deployment may have."""

    max_body_bytes = Count(data_key="bodyBytes")
    max_pages = Count(data_key="pages", metadata={"description": "Of a process."})
    max_runtime = ShownNumber(
        data_key="runtime", metadata={"description": "Of a process, in seconds."}
    )
    max_response_bytes = Count(data_key="responseBytes")
    link_ttl = Count(data_key="linkTtl", metadata={"description": "How long links work, seconds."})


class CapabilitiesSchema(AnswerSchema):
    """What a payload may ask of this deployment."""

    version = ShownText(metadata={"description": "Of Gristmill."})
    fetchers = Items(ShownText())
    formats = Items(ShownText())
    format_aliases = OpenObject(
        "FormatAliases",
        "Other spellings of a format, each with the format that it means.",
        values={"type": "string"},
        data_key="formatAliases",
    )
    exports = Items(ShownText())
    engines = Items(ShownText())
    analyses = Items(
        ShownText(), metadata={"description": "Calls that look at a page in place of a run."}
    )
    suggest_version = Count(
        data_key="suggestVersion",
        metadata={"description": "It changes when a page may be suggested other payloads."},
    )
    proxies = Items(ShownText())
    prices = Nested(PricesSchema)
    limits = Nested(LimitsSchema)


CALLER: Final = CallerSchema()
SECRET: Final = SecretSchema()
CAPABILITIES: Final = CapabilitiesSchema()


def me() -> Response:
    """Show whose key the call carries, whatever the key may do besides."""
    row = accounts.holder(ports().database, g.account_id)
    return jsonify(CALLER.answer(row, scopes=g.scopes))


def balance() -> Response:
    """Show what the account holds and has spent."""
    return jsonify(dump_credits(accounts.credits(ports().database, g.account_id)))


def webhook_secret() -> Response:
    """Show the secret that webhooks are signed with."""
    return jsonify(SECRET.dump({"secret": accounts.webhook_secret(ports().database, g.account_id)}))


def capabilities() -> Response:
    """Show what a payload may ask of this deployment, from the registry of plug-ins."""
    settings = ports().settings
    known = {
        "version": VERSION,
        "fetchers": sorted(registry.FETCHERS),
        "formats": sorted(registry.OUTPUTS),
        "format_aliases": dict(registry.FORMAT_ALIASES),
        "exports": sorted(registry.EXPORTS),
        "analyses": sorted(registry.ANALYSES),
        "suggest_version": SUGGEST_VERSION,
        "engines": sorted(registry.SERP_ENGINES),
        "proxies": sorted(settings.proxies),
        "prices": {"base": settings.base_price, "chrome": settings.chrome_price},
        "limits": settings,
    }
    return jsonify(CAPABILITIES.dump(known))
