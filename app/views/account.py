"""The account: its credits and its webhook secret; and what this deployment can do."""

from __future__ import annotations

from flask import Response, g, jsonify

from app.ports import ports
from schemas import registry
from schemas.moments import credits_exact
from schemas.process import dump_credits
from workers import accounts


def balance() -> Response:
    """Show what the account holds and has spent."""
    return jsonify(dump_credits(accounts.credits(ports().database, g.account_id)))


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
            "engines": sorted(registry.SERP_ENGINES),
            "proxies": sorted(settings.proxies),
            "prices": {
                "base": credits_exact(settings.base_price),
                "chrome": credits_exact(settings.chrome_price),
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
