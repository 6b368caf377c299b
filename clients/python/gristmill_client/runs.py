"""Tasks and their runs, which the service calls processes."""

import time
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from .errors import WaitTimeoutError
from .files import bare_name, download, read
from .transport import ApiTransport, Json, json_of, next_cursor

FIRST_LOOK, LOOK_GROWTH, SLOWEST_LOOK = 0.2, 1.5, 5.0  # seconds, a factor, seconds
MAKING, MAKING_SECONDS = 202, 600.0  # the status of a file that is not there yet; its time
WRITING_SECONDS = 30.0  # that a canceled run's files take at most, if they can be written at all


class Run:
    """One run of a task. ``data`` is the process object as it was last seen."""

    def __init__(self, transport: ApiTransport, data: Json) -> None:
        self._transport, self.data = transport, data

    def __repr__(self) -> str:
        return f"<Run {self.id}: {self.status}, {self.data.get('recordCount', 0)} records>"

    @property
    def id(self) -> str:
        """The process' id."""
        return str(self.data["id"])

    @property
    def status(self) -> str:
        """`running`, `finished`, `canceled`, `failed`, `pending`; `unknown` before a look at it."""
        return str(self.data.get("status", "unknown"))

    def info(self) -> Json:
        """Look at the process; returns its object."""
        return self._see("GET /v1/process/{process_id}/info")

    def wait(
        self,
        timeout: float | None = None,
        on_progress: Callable[[Self], object] | None = None,
        *,
        slowest: float = SLOWEST_LOOK,
    ) -> Self:
        """Wait until the run has ended, with its files, or waits for credits (``pending``).

        ``on_progress`` gets it at each look, ``slowest`` seconds apart at most. After ``timeout``
        seconds: ``WaitTimeoutError``.
        """
        end_by = time.monotonic() + (float("inf") if timeout is None else timeout)
        pause = FIRST_LOOK
        while True:
            self.info()
            if on_progress is not None:
                on_progress(self)
            if self.status != "running" and not self._writing():
                return self
            if time.monotonic() + pause > end_by:
                raise WaitTimeoutError(f"{self.id} is still running after {timeout} s")
            time.sleep(pause)
            pause = min(pause * LOOK_GROWTH, slowest)

    def _writing(self) -> bool:
        """Whether a canceled run, whose end is told at once, has no files yet but soon will."""
        ended_at = float(self.data.get("finishedAt") or 0)
        recent = time.time() - ended_at < WRITING_SECONDS
        return self.status == "canceled" and not self.data.get("logFile") and recent

    def cancel(self) -> Json:
        """Stop it; what it has so far stays. One that has ended stays as it is."""
        return self._see("POST /v1/process/{process_id}/cancel", repeat=True)

    def resume(self) -> Json:
        """Let it go on: canceled, failed, or pending with credits again."""
        return self._see("POST /v1/process/{process_id}/resume")

    def retry(self, *verdicts: str) -> Json:
        """Try its pages of these verdicts again, by default those that failed."""
        named = {"verdict": ",".join(verdicts) or None}
        return self._see("POST /v1/process/{process_id}/retry-failed", params=named)

    def records(
        self, *, follow: bool = False, settled: bool = True, limit: int = 1000, **wishes: object
    ) -> Iterator[Json]:
        """Yield its records, in the order of the file; asks for ``limit`` of them at a time.

        ``follow``: in the order in which they are ready, each once, until the run has ended or
        waits for credits; ``settled`` then means ready with all details. ``wishes``: ``fields``,
        ``flatten`` …, as the call takes them.
        """
        if follow:
            wishes |= {"order": "arrival", "settled": "true" if settled else None}
        cursor, stopped = "", False
        while True:
            asked = {**wishes, "limit": limit, "cursor": cursor or None}
            call = "GET /v1/process/{process_id}/records"
            answer = self._transport.send(call, self.id, params=asked)
            found = json_of(answer)
            yield from found
            cursor = next_cursor(answer)
            if not cursor or (stopped and not found):
                return
            if not found:
                stopped = self.info()["status"] == "pending"
                time.sleep(0 if stopped else float(answer.headers["Poll-After"]))

    def pages(self, *, verdict: str | None = None, most: int | None = None) -> Iterator[Json]:
        """Yield its pages in document order, of one verdict or of all."""
        call = "GET /v1/process/{process_id}/pages"
        return self._transport.each(call, self.id, verdict=verdict, most=most)

    def stats(self) -> Json:
        """Return what its file holds, column by column; once it has ended."""
        return self._transport.json("GET /v1/process/{process_id}/stats", self.id)

    def deliveries(self) -> list[Json]:
        """Return its webhooks and exports with every attempt."""
        return list(self._transport.each("GET /v1/process/{process_id}/deliveries", self.id))

    def log(self) -> str:
        """Return the run's log, a line a page; "" before it has stopped."""
        link = self.info()["logFile"]
        return read(link) if link else ""

    def link(self, file_format: str | None = None) -> str:
        """Return a link to the results file, which anybody can load for a while.

        ``file_format``: of an ended run in this one, whatever the payload's, once it is made.
        """
        if file_format is None:
            name = self.data.get("results") or self.info()["results"]
            return str(self._transport.json("GET /v1/getlink", params={"file": name})["link"])
        call, wish = "GET /v1/process/{process_id}/file", {"format": file_format}
        end_by = time.monotonic() + MAKING_SECONDS
        while (answer := self._transport.send(call, self.id, params=wish)).status_code == MAKING:
            if time.monotonic() > end_by:
                raise WaitTimeoutError(f"{self.id} as {file_format} is still being made")
            time.sleep(float(answer.headers["Retry-After"]))
        return str(json_of(answer)["link"])

    def download(
        self, path: str | PathLike[str] | None = None, *, file_format: str | None = None
    ) -> Path:
        """Store the results file, whole or not at all, as ``path`` or in that folder."""
        link, file = self.link(file_format), Path(path or ".")
        if file.is_dir():
            name = Path(bare_name(self.data.get("results") or self.info()["results"]))
            file /= name.with_suffix(f".{file_format}") if file_format else name
        download(link, file)
        return file

    def _see(self, call: str, **options: Any) -> Json:
        self.data = self._transport.json(call, self.id, **options)
        return self.data


class Task:
    """A stored task. ``data`` is the task object as it was last seen."""

    def __init__(self, transport: ApiTransport, data: Json) -> None:
        self._transport, self.data = transport, data

    @property
    def id(self) -> str:
        """The task's id."""
        return str(self.data["id"])

    def info(self) -> Json:
        """Look at the task; returns its object."""
        self.data = self._transport.json("GET /v1/task/{task_id}/info", self.id)
        return self.data

    def update(self, **changes: object) -> Json:
        """Change what is named (``payload``, ``name``, ``webhook`` …) and leave the rest."""
        call = "PATCH /v1/task/{task_id}/update"
        self.data = self._transport.json(call, self.id, json=changes, repeat=True)
        return self.data

    def delete(self) -> None:
        """Cancel what runs, and remove the task with its processes, results and logs."""
        self._transport.gone("DELETE /v1/task/{task_id}/delete", self.id)

    def run(self, *, wait: int = 0, idempotency_key: str | None = None, **body: object) -> Run:
        """Start a run; however often the call has to be sent, it is one run.

        Returns at once, or when the run has stopped within ``wait`` seconds; ``body``: what the
        call takes beside them (``webhook`` …).
        """
        options: Json = {"params": {"wait": wait or None}, "json": body or None, "longer": wait}
        options["headers"] = {"Idempotency-Key": idempotency_key or uuid4().hex}
        call = "POST /v1/task/{task_id}/run"
        started = self._transport.json(call, self.id, repeat=True, **options)
        return Run(self._transport, started)

    def runs(self, *, most: int | None = None) -> Iterator[Run]:
        """Yield its runs, newest first."""
        found = self._transport.each("GET /v1/task/{task_id}/results", self.id, most=most)
        return (Run(self._transport, data) for data in found)
