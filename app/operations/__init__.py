"""The one description of the API: what is routed, documented and guarded."""

from __future__ import annotations

from typing import Final

from app.operation import Operation
from app.operations.account import ACCOUNT
from app.operations.operating import OPERATED
from app.operations.preview import PREVIEWING
from app.operations.processes import PROCESS_OPERATIONS
from app.operations.records import RECORDS_OPERATIONS
from app.operations.single import SINGLE
from app.operations.suggest import SUGGESTING
from app.operations.tasks import TASK_OPERATIONS
from app.operations.webhooks import WEBHOOK_OPERATIONS

OPERATIONS: Final[tuple[Operation, ...]] = (
    *TASK_OPERATIONS,
    *PROCESS_OPERATIONS,
    *RECORDS_OPERATIONS,
    *WEBHOOK_OPERATIONS,
    *ACCOUNT,
    *SINGLE,
    *PREVIEWING,
    *SUGGESTING,
    *OPERATED,
)
"""Everything that is routed."""

__all__ = ["OPERATIONS", "PREVIEWING", "SINGLE", "SUGGESTING"]
