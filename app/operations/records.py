"""The records of a process, described."""

from __future__ import annotations

from typing import Final

from app.components import RECORDS, TEXT
from app.operation import READ, Answer, Operation, Parameter
from app.operations.common import JSON, PAGING
from app.records_query import FORMATS, ORDERS
from app.views import records

_FLAG: Final = {"type": "boolean", "default": False}
_RECORDS_WANTED: Final = (
    Parameter(
        name="order",
        description="As in the file (if absent), or as they came: to follow them while more come.",
        schema={"enum": list(ORDERS)},
    ),
    Parameter(
        name="settled",
        description="With `order=arrival`: a record only once all its details are there.",
        schema=_FLAG,
    ),
    Parameter(name="fields", description="Keys of the records, with commas between several."),
    Parameter(
        name="flatten",
        description="The columns of a CSV, by their names, each as one value.",
        schema=_FLAG,
    ),
    Parameter(name="format", description="`json` if absent.", schema={"enum": list(FORMATS)}),
)
_RECORDS_ANSWER: Final = Answer(
    description="The records, 8 MiB of them at most",
    content={JSON: RECORDS, "application/x-ndjson": TEXT, "text/csv": TEXT},
    headers={
        "Link": 'To what follows, `rel="next"`: while there is more, or may be (`order=arrival`).',
        "Next-Cursor": "Where this answer ended: there it goes on, also after a resume or a retry.",
        "Record-Count": "How many records the process has so far.",
        "Poll-After": "Seconds until it is worth asking again; 0: the process has ended.",
    },
)

RECORDS_OPERATIONS: Final = (
    Operation(
        name="process_records",
        methods=READ,
        path="/v1/process/{process_id}/records",
        view=records.records,
        tag="Results",
        summary="Read the records of a process, while it runs and after",
        description="With `order=arrival`, who follows the link misses none and gets none twice.",
        parameters=(*PAGING, *_RECORDS_WANTED),
        problems=(400, 409),
        answer=_RECORDS_ANSWER,
    ),
)
