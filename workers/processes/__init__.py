"""The life of a process: submit, look up, cancel, resume; the only writers of its state."""

from workers.processes.resume import resume, resume_pending, retry
from workers.processes.submit import (
    ENDED,
    cancel,
    find,
    find_results,
    of_task,
    pages,
    remove_task,
    submit,
)

__all__ = [
    "ENDED",
    "cancel",
    "find",
    "find_results",
    "of_task",
    "pages",
    "remove_task",
    "resume",
    "resume_pending",
    "retry",
    "submit",
]
