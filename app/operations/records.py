"""The records of a process, described."""

from __future__ import annotations

from typing import Final

from app.components import RECORDS, TEXT
from app.operation import READ, Answer, Operation, Parameter
from app.operations.common import JSON, PAGING
from app.records_query import FORMATS, ORDERS
from app.views import links, records
from schemas.registry import OUTPUTS

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

_OUTPUT: Final = Parameter(
    name="format", description="The payload's, if absent.", schema={"enum": list(OUTPUTS)}
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
    Operation(
        name="process_file",
        methods=READ,
        path="/v1/process/{process_id}/file",
        view=links.file,
        tag="Results",
        summary="Get a download link for the results in any format",
        description="Of a process that has ended. In another format than its payload's the file is "
        "made when it is first asked for.",
        parameters=(_OUTPUT,),
        problems=(400, 409),
        answer=Answer(
            description="A link that anybody can load for a while",
            content={"text/plain": TEXT, JSON: links.LINK},
        ),
        later=Answer(
            description="It is being made",
            content={"text/plain": TEXT},
            headers={"Retry-After": "Seconds after which to ask again."},
        ),
    ),
)
