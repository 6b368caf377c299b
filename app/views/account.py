"""The account: its credits and its webhook secret; and what this deployment can do."""

from __future__ import annotations

from flask import Response, g, jsonify

from app.ports import ports
from schemas import registry
from workers import accounts
from workers.settings import MILLI


def _credits(amount: int) -> float | int:
    """Return thousandths as credits: a number with up to three decimals."""
    return amount // MILLI if amount % MILLI == 0 else round(amount / MILLI, 3)


def balance() -> Response:
    """Show what the account holds and has spent."""
    row = accounts.credits(ports().database, g.account_id)
    return jsonify(
        {
            "balance": _credits(row.balance),
            "reserved": _credits(row.reserved),
            "spent": _credits(row.spent),
            "unlimited": row.unlimited,
        }
    )


def webhook_secret() -> Response:
    """Show the secret that webhooks are signed with."""
    return jsonify({"secret": accounts.webhook_secret(ports().database, g.account_id)})


def capabilities() -> Response:
    """Show what a payload may ask of this deployment, from the registry of plug-ins."""
    settings = ports().settings
    return jsonify(
        {
            "fetchers": sorted(registry.FETCHERS),
            "formats": sorted(registry.OUTPUTS),
            "formatAliases": dict(registry.FORMAT_ALIASES),
            "exports": sorted(registry.EXPORTS),
            "engines": sorted(getattr(registry, "ENGINES", ())),
            "proxies": sorted(settings.proxies),
            "prices": {
                "base": _credits(settings.base_price),
                "chrome": _credits(settings.chrome_price),
            },
            "limits": {
                "bodyBytes": settings.max_body_bytes,
                "pages": settings.max_pages,
                "runtime": settings.max_runtime,
                "responseBytes": settings.max_response_bytes,
                "linkTtl": settings.link_ttl,
            },
        }
    )
