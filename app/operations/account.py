"""The account and the deployment, described."""

from __future__ import annotations

from typing import Final

from app.auth import ANY_SCOPE
from app.operation import READ, Operation
from app.operations.common import answered
from app.views import account
from schemas.process import CREDITS

ACCOUNT: Final = (
    Operation(
        name="me",
        methods=READ,
        path="/v1/me",
        view=account.me,
        tag="Account",
        summary="Show whose key this is and what it may do",
        description="To test a key, and to name a connection that is made with it.",
        scope=ANY_SCOPE,
        answer=answered("The account and the key's scopes", account.CALLER),
    ),
    Operation(
        name="credits",
        methods=READ,
        path="/v1/credits",
        view=account.balance,
        tag="Account",
        summary="Show the account's credits",
        answer=answered("The credits", CREDITS),
    ),
    Operation(
        name="webhook_secret",
        methods=READ,
        path="/v1/webhooks/secret",
        view=account.webhook_secret,
        tag="Account",
        summary="Show the secret that webhooks are signed with",
        scope="admin",
        answer=answered("The secret", account.SECRET),
    ),
    Operation(
        name="capabilities",
        methods=READ,
        path="/v1/capabilities",
        view=account.capabilities,
        tag="Account",
        summary="Show what this deployment can do",
        answer=answered("What it can do", account.CAPABILITIES),
    ),
)
