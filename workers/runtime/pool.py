"""What a worker's main process does beside handing out jobs: load what they need, be there."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import (
    setup_logging,
    task_received,
    worker_init,
    worker_process_init,
    worker_ready,
)

from schemas import registry
from workers import plugins
from workers.errors import BrowserUnavailable
from workers.fetchers.chrome.find import find_browser
from workers.log import configure, get_logger
from workers.queues import FETCHING, QUEUES
from workers.runtime import ending, identity
from workers.runtime.presence import Watch
from workers.settings import settings

_watches: list[Watch] = []


@setup_logging.connect  # type: ignore[untyped-decorator]
def _set_up_logging(**_: object) -> None:
    configure(settings())
    for chatty in ("celery.app.trace", "celery.worker.strategy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@worker_init.connect  # type: ignore[untyped-decorator]
def _load(sender: Any, **_: object) -> None:  # noqa: ANN401 - Celery's worker
    """Load what the children need once, here, so that they share it and begin at once."""
    queues = set(sender.app.amqp.queues.consume_from)
    kinds = [kind for kind in FETCHING.values() if queues & {*kind.queues}]
    needed = [(registry.FETCHERS, name) for kind in kinds for name in kind.loads]
    if QUEUES["publish"] in queues:
        needed += [(registry.OUTPUTS, name) for name in registry.OUTPUTS]
    for family, name in (*needed, (registry.STORAGES, "s3")):
        plugins.plugin(family, name)


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _begin_child(**_: object) -> None:
    configure(settings())
    ending.begin_child()
    identity.stand_back(settings().worker_nice)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _begin(sender: Any, **_: object) -> None:  # noqa: ANN401 - Celery's consumer
    queues = set(sender.app.amqp.queues.consume_from)
    served = [name for name, kind in FETCHING.items() if queues & {*kind.queues}]
    watch = Watch(
        settings().database_url,
        "chrome" if "chrome" in served else "+".join(sorted(queues)),
        sender,
        fetcher=served[-1] if served else "",
        patience=settings().idle_exit_seconds if served else float("inf"),
        browser="chrome" in served and _has_browser(),
    )
    _watches.append(watch)


def _has_browser() -> bool:
    try:
        find_browser(settings().chrome_path)
    except BrowserUnavailable as error:
        get_logger().warning("browser_unavailable", error=error.message)
        return False
    return True


@task_received.connect  # type: ignore[untyped-decorator]
def _took(**_: object) -> None:
    for watch in _watches:
        watch.took()
