"""The closed lists of words that clients may rely on: states, error codes, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATUS_OF: Final[Mapping[str, str]] = {
    "queued": "running",
    "running": "running",
    "publishing": "running",
    "pending": "pending",
    "finished": "finished",
    "canceled": "canceled",
    "failed": "failed",
}
"""The exact state of a process → the published word for it."""

SCOPES: Final[Mapping[str, str]] = {
    "read": "look at tasks, processes, links and credits",
    "run": "start and stop processes",
    "admin": "create, change and delete tasks and webhooks, read the webhook secret, "
    "send deliveries again",
}
"""What an API key may be granted → what it may then do."""

EVENTS: Final[Mapping[str, str]] = {
    "process.finished": "a process fetched every reachable page, or gave it up.",
    "process.canceled": "a process was canceled.",
    "process.failed": "a process failed.",
    "process.pending": "a process stopped for want of credits.",
}
"""What webhooks tell of."""

PROCESS_ERRORS: Final[Mapping[str, str]] = {
    "start_page_failed": "No start page could be fetched, after its retries.",
    "blocked": "Every answer was a block notice; the message says of which kind.",
    "storage_failed": "The results could not be stored, after retries.",
    "internal": "Something went wrong on our side; the message says what, the log at which page.",
    "max_pages": "The process reached MAX_PAGES and finished with the records so far.",
    "max_runtime": "The process reached MAX_RUNTIME and finished with the records so far.",
}
"""``error.code`` of a process. The last two come with a process that finished."""

LIMIT_ERRORS: Final = frozenset({"max_pages", "max_runtime"})
"""The codes that a finished process may carry."""

PAGE_VERDICTS: Final[Mapping[str, str]] = {
    "ok": "The page answered and held records, or links to pages that may.",
    "empty": "The page answered and held no record.",
    "blocked": "The answer was a block notice: a captcha, a consent wall, a rate limit.",
    "unrecognized": "The page is neither results nor a known notice: its layout is new.",
    "robots": "The site's robots.txt forbids the page, so it was not asked for.",
    "truncated": "The page or what it led to was cut off by a limit of this deployment.",
    "failed": "The page could not be fetched or read, after its retries.",
    "poisoned": "The page ended three workers while it was alone with them, and was given up.",
    "queued": "The page waits for its turn.",
    "running": "A worker has the page.",
}
"""What a page's ``verdict`` may read; the last two are of pages that are still open."""

RETRIABLE: Final = ("failed", "blocked", "empty", "unrecognized", "robots", "truncated", "poisoned")
"""The verdicts of pages that may be tried again once their process has ended."""
