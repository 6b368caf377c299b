"""One account at one service."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Self

from .errors import ClientError
from .runs import Run, Task
from .transport import ApiTransport, Json
from .webhooks import verify

SINGLE_SECONDS = 150.0  # that a call may take which answers with its result


class SingleResult(NamedTuple):
    """What a single call answered: the file, its media type, and the process that it was."""

    content: bytes
    content_type: str
    process_id: str


class Client:
    """Calls a Gristmill, by default that of GRISTMILL_URL and GRISTMILL_API_KEY; threads share it.

    ``timeout``: seconds of silence after which an answer counts as lost. ``patience``: seconds for
    which calls that may be repeated are, while the service is away or asks to wait.
    ``webhook_secret``: if not given, asked for when it is needed (scope `admin`).
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 30.0,
        patience: float = 60.0,
        webhook_secret: str | None = None,
    ) -> None:
        address = url or os.environ.get("GRISTMILL_URL", "")
        key = api_key or os.environ.get("GRISTMILL_API_KEY", "")
        if not address.startswith(("http://", "https://")) or not key:
            raise ClientError("a Client needs the service's URL (GRISTMILL_URL) and an API key")
        self._transport = ApiTransport(address, key, timeout, patience)
        self._json, self._secret = self._transport.json, webhook_secret
        self.url, self.close = self._transport.url, self._transport.close

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def create(self, task: Mapping[str, Any]) -> Task:
        """Store a task: an envelope, or a bare payload."""
        return Task(self._transport, self._json("POST /v1/task/create", json=dict(task)))

    def task(self, task_id: str) -> Task:
        """Return a task by its id, without asking for it."""
        return Task(self._transport, {"id": task_id})

    def tasks(self, *, most: int | None = None) -> Iterator[Task]:
        """Yield the account's tasks, newest first."""
        found = self._transport.each("GET /v1/tasks", most=most)
        return (Task(self._transport, data) for data in found)

    def process(self, process_id: str) -> Run:
        """Return a run by its process' id, without asking for it."""
        return Run(self._transport, {"id": process_id})

    def processes(self, *, most: int | None = None, **only: str | None) -> Iterator[Run]:
        """Yield the account's runs, newest first: all, or ``only`` of a status, a task, since …."""
        found = self._transport.each("GET /v1/processes", most=most, **only)
        return (Run(self._transport, data) for data in found)

    def resend(self, delivery_id: str) -> Json:
        """Send a webhook or an export again, at once."""
        return self._json("POST /v1/delivery/{delivery_id}/resend", delivery_id)

    def subscribe(self, url: str, *events: str, **more: object) -> Json:
        """Have ``events`` told to a URL; ``more``: `task`, `headers`."""
        body = {"url": url, "events": list(events), **more}
        return self._json("POST /v1/webhooks", json=body)

    def webhooks(self, *, most: int | None = None) -> Iterator[Json]:
        """Yield the webhooks that are subscribed to, newest first."""
        return self._transport.each("GET /v1/webhooks", most=most)

    def unsubscribe(self, webhook_id: str) -> None:
        """Have nothing more told to a webhook."""
        self._transport.gone("DELETE /v1/webhook/{webhook_id}/delete", webhook_id)

    def webhook_sample(self, event: str = "process.finished") -> Json:
        """Return a made-up body of a webhook."""
        return self._json("GET /v1/webhooks/sample", params={"event": event})

    def me(self) -> Json:
        """Return whose key this is, and what it may do."""
        return self._json("GET /v1/me")

    def credits(self) -> Json:
        """Return what the account holds, has reserved and has spent."""
        return self._json("GET /v1/credits")

    def capabilities(self) -> Json:
        """Return what this deployment can do."""
        return self._json("GET /v1/capabilities")

    def webhook_secret(self) -> str:
        """Return the secret that webhooks are signed with."""
        return str(self._json("GET /v1/webhooks/secret")["secret"])

    def verify(self, body: bytes | str, headers: Mapping[str, str]) -> Json:
        """Return the event of a webhook that is the service's own; else ``SignatureError``."""
        self._secret = self._secret or self.webhook_secret()
        return verify(body, headers, self._secret)

    def extract(self, payload: Mapping[str, Any]) -> SingleResult:
        """Run a payload once; returns its file."""
        return self._single("POST /v1/extract", payload)

    def serp(self, payload: Mapping[str, Any]) -> SingleResult:
        """Ask a search engine once; returns the file."""
        return self._single("POST /v1/serp", payload)

    def preview(self, payload: Mapping[str, Any], **options: object) -> Json:
        """Return what a payload, or ``{"taskId": …}``, makes of one page, and what is odd."""
        body = {**payload, **options}
        answer = self._transport.send("POST /v1/task/preview", json=body, longer=SINGLE_SECONDS)
        return dict(answer.json())

    def suggest(self, url: str = "", **options: object) -> Json:
        """Return payloads that a page may be wanted for, best first, each with its records."""
        body = {"url": url, **options} if url else options
        answer = self._transport.send("POST /v1/suggest", json=body, longer=SINGLE_SECONDS)
        return dict(answer.json())

    def fetch(self, url: str, **options: object) -> SingleResult:
        """Return a page's content."""
        return self._single("POST /v1/fetch", {"url": url, **options})

    def pdf(self, url: str, **options: object) -> SingleResult:
        """Return a page as a PDF."""
        return self._single("POST /v1/convert/url/pdf", {"url": url, **options})

    def screenshot(self, url: str, **options: object) -> SingleResult:
        """Return an image of a page."""
        return self._single("POST /v1/convert/url/screenshot", {"url": url, **options})

    def alive(self) -> Json:
        """Return whether the web program answers."""
        return self._json("GET /healthz")

    def ready(self) -> Json:
        """Return whether the service can serve, and which of its parts are away."""
        return self._json("GET /readyz")

    def metrics(self, token: str | None = None) -> str:
        """Return the numbers for Prometheus; ``token``: the service's METRICS_TOKEN."""
        headers = {"Authorization": f"Bearer {token}"} if token else None
        return self._transport.send("GET /metrics", headers=headers).text

    def openapi(self) -> Json:
        """Return the API's own description."""
        return self._json("GET /openapi.json")

    def _single(self, call: str, body: Mapping[str, Any]) -> SingleResult:
        wish = {"Accept": "*/*"}
        answer = self._transport.send(call, json=dict(body), headers=wish, longer=SINGLE_SECONDS)
        kind = answer.headers.get("Content-Type", "")
        return SingleResult(answer.content, kind, answer.headers.get("Process-Id", ""))
