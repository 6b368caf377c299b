"""What several descriptions share."""

from __future__ import annotations

from typing import Final

from app.operation import Answer, Parameter
from app.paging import MOST
from schemas.json_schema import Component
from schemas.process import PROCESS
from schemas.stored_task import TASK

JSON: Final = "application/json"


def answered(description: str, schema: Component, **headers: str) -> Answer:
    """Return an answer in JSON."""
    return Answer(description=description, content={JSON: schema}, headers=headers)


PAGING: Final = (
    Parameter(
        name="limit",
        description="Entries of a page (100 if absent).",
        schema={"type": "integer", "minimum": 1, "maximum": MOST},
    ),
    Parameter(name="cursor", description="Where to go on: from the `Link` header, as it is."),
)
PROCESS_ID: Final = {"Process-Id": "The process that this call was."}
LINK: Final = {"Link": 'To the next page, `rel="next"`, if there is one.'}
ONE_TASK: Final = answered("The task", TASK)
ONE_PROCESS: Final = answered("The process", PROCESS)
