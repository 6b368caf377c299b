"""The life of a process: submit, look up, cancel, resume; the only writers of its state.

What comes after a slice (the file, a stop for want of credits) is in ``processes.advance``; what
happens in a slice is in ``workers.frontier``.
"""

from workers.processes.cancel import ENDED, cancel, remove_task
from workers.processes.find import (
    Wanted,
    find,
    find_results,
    given_page,
    of_account,
    of_task,
    pages,
    stats,
)
from workers.processes.plans import give_up, plan_of
from workers.processes.resume import resume, resume_pending, retry
from workers.processes.submit import submit

__all__ = [
    "ENDED",
    "Wanted",
    "cancel",
    "find",
    "find_results",
    "give_up",
    "given_page",
    "of_account",
    "of_task",
    "pages",
    "plan_of",
    "remove_task",
    "resume",
    "resume_pending",
    "retry",
    "stats",
    "submit",
]
