"""Processes and their results, described."""

from __future__ import annotations

from typing import Final

from app.body import RESULTS_NAME
from app.components import TEXT
from app.operation import READ, Answer, Operation, Parameter
from app.operations.common import JSON, LINK, ONE_PROCESS, PAGING, answered
from app.views import links, processes, runs
from schemas.answers import ID
from schemas.codes import PAGE_VERDICTS, RETRIABLE
from schemas.process import DELIVERIES, DELIVERY, PAGES, PROCESSES
from schemas.stats import STATS

_VERDICT = Parameter(
    name="verdict",
    description="Only pages that ended, or stand, like this.",
    schema={"enum": list(PAGE_VERDICTS)},
)
_ONE_OF = f"({'|'.join(RETRIABLE)})"
_RETRIED = Parameter(
    name="verdict",
    description="Which pages to try again, with commas between several (`failed` if absent).",
    schema={"type": "string", "pattern": f"^{_ONE_OF}(,{_ONE_OF})*$"},
)
_STATUS = Parameter(
    name="status",
    description="Only processes of this status.",
    schema={"enum": list(runs.STATUSES)},
)
_TASK = Parameter(name="task", description="Only processes of this task.", schema=ID)
_SINCE = Parameter(
    name="since",
    description="Only processes that started or ended then or later: Unix seconds, or ISO 8601 "
    "with an offset.",
)

PROCESS_OPERATIONS: Final = (
    Operation(
        name="list_processes",
        methods=READ,
        path="/v1/processes",
        view=runs.listing,
        tag="Processes",
        summary="List the account's processes, newest first",
        description="What single calls made is left out. An id never changes, so that whoever asks "
        "again and again can tell what is new.",
        parameters=(_STATUS, _TASK, _SINCE, *PAGING),
        problems=(400, 404),
        answer=answered("The processes", PROCESSES, **LINK),
    ),
    Operation(
        name="process_info",
        methods=READ,
        path="/v1/process/{process_id}/info",
        view=processes.info,
        tag="Processes",
        summary="Show a process",
        answer=ONE_PROCESS,
    ),
    Operation(
        name="process_stats",
        methods=READ,
        path="/v1/process/{process_id}/stats",
        view=processes.stats,
        tag="Processes",
        summary="Show what the file of a process holds, column by column",
        description="How many records fill each column, with what kinds of values, and which come "
        "most often: counted when the file is made, and anew when it is replaced.",
        problems=(409,),
        answer=answered("The figures", STATS),
    ),
    Operation(
        name="cancel_process",
        methods=("POST",),
        path="/v1/process/{process_id}/cancel",
        view=processes.cancel,
        tag="Processes",
        summary="Cancel a process",
        description="What was extracted stays and is charged. One that has ended stays as it is.",
        scope="run",
        answer=ONE_PROCESS,
    ),
    Operation(
        name="resume_process",
        methods=("POST",),
        path="/v1/process/{process_id}/resume",
        view=processes.resume,
        tag="Processes",
        summary="Let a process go on",
        description="The same process, from where it stopped: canceled, failed, or pending with "
        "credits again. A failed one tries all pages again that gave no answer.",
        scope="run",
        problems=(402, 409),
        answer=ONE_PROCESS,
    ),
    Operation(
        name="retry_failed_pages",
        methods=("POST",),
        path="/v1/process/{process_id}/retry-failed",
        view=processes.retry,
        tag="Processes",
        summary="Try the failed pages of a process again",
        description="Of one that has finished or failed. New records come to their place in the "
        "same file; a page that was charged before is not charged again.",
        scope="run",
        parameters=(_RETRIED,),
        problems=(400, 409),
        answer=ONE_PROCESS,
    ),
    Operation(
        name="process_pages",
        methods=READ,
        path="/v1/process/{process_id}/pages",
        view=processes.pages,
        tag="Processes",
        summary="List the pages of a process in document order",
        parameters=(*PAGING, _VERDICT),
        problems=(400,),
        answer=answered("The pages", PAGES, **LINK),
    ),
    Operation(
        name="process_deliveries",
        methods=READ,
        path="/v1/process/{process_id}/deliveries",
        view=processes.list_deliveries,
        tag="Processes",
        summary="List the webhooks and exports of a process",
        answer=answered("The deliveries", DELIVERIES),
    ),
    Operation(
        name="resend_delivery",
        methods=("POST",),
        path="/v1/delivery/{delivery_id}/resend",
        view=processes.resend,
        tag="Processes",
        summary="Send a webhook or an export again",
        scope="admin",
        problems=(409,),
        answer=answered("The delivery", DELIVERY),
    ),
    Operation(
        name="getlink",
        methods=READ,
        path="/v1/getlink",
        view=links.getlink,
        tag="Results",
        summary="Get a download link for a results file",
        description="The name may also be the raw body, of a GET too.",
        parameters=(Parameter(name="file", description="Name of the results file."),),
        body=RESULTS_NAME,
        body_required=False,
        problems=(400, 404, 415),
        answer=Answer(
            description="A link that anybody can load for a while",
            content={"text/plain": TEXT, JSON: links.LINK},
        ),
        example="-d '3EhWgSbe_2026-11-24_16:03.csv'",
    ),
)
