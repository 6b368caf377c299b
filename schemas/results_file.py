"""The results file of a process, as the row of the process names it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.rows.processes import ProcessRow

UNKNOWN = "application/octet-stream"  # of a file that an older release made


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsFile:
    """A file in storage: the key of its object, the name that users see, its size in bytes."""

    key: str
    name: str
    size: int
    content_type: str


def results_file(process: ProcessRow) -> ResultsFile | None:
    """Return the file; None before there is one, and once retention has removed it."""
    key, name, size = process.results_key, process.results_name, process.results_size
    if key is None or name is None or size is None:
        return None
    return ResultsFile(key=key, name=name, size=size, content_type=process.results_type or UNKNOWN)
