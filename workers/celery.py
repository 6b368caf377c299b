"""The Celery app: messages are hints that carry an id; a lost, doubled or late one does no harm.

So there is no result backend, no late acknowledgement and no countdown, and a message that can't be
sent now is left to the sweep.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import cast

import redis
from celery import Celery
from kombu.exceptions import KombuError, OperationalError
from kombu.transport import TRANSPORT_ALIASES

from workers import broker, environment
from workers.broker import transport
from workers.crashpoint import around
from workers.db.patience import left, waited
from workers.log import get_logger
from workers.queues import FETCHING, QUEUES, SLICE_JOBS
from workers.settings import settings

TRANSPORT = "workers.broker.transport:Transport"
SEND_TIMEOUT = 2  # seconds a publish may take before the sweep has to do it
ATTEMPTS = 2  # a connection that was lost is noticed by the first
LOOK_TIMEOUT = 0.3  # seconds: a look at a queue is worth no more
READABLE = 3_000  # messages of about a kilobyte that are worth reading to know which are there
PAUSE = 3.0  # seconds without tries after a failed publish, so that calls stay quick
HARD_LIMIT, SOFT_LIMIT = 100, 90  # seconds: a slice starts pages for 20, and one may take 60

_SUBJECT = re.compile(rb'"id": ?"\w+-(\w+)-\d+"')

log = get_logger()
environment.clear(os.environ)  # Celery looks there again and again, and believes it before us
app = Celery("gristmill", include=["workers.jobs", "workers.runtime.pool"])
app.conf.update(
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_default_queue="crawl",
    task_routes={f"gristmill.{job}": {"queue": queue} for job, queue in QUEUES.items()},
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=SOFT_LIMIT,
    task_publish_retry=False,
    worker_disable_prefetch=True,  # a hint that a busy pool holds could be taken by another
    worker_enable_prefetch_count_reduction=False,  # so that there is nothing to reduce
    worker_max_tasks_per_child=200,
    worker_max_memory_per_child=400_000,  # KiB
    worker_enable_remote_control=True,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_channel_error_retry=True,  # one that answers with an error may serve again
    broker_pool_limit=1,  # a publish takes less than a millisecond; connections may be few
    worker_consumer="workers.runtime.consumer:Consumer",
    broker_transport_options={
        "visibility_timeout": 120,
        "socket_timeout": SEND_TIMEOUT,
        "socket_connect_timeout": SEND_TIMEOUT,
        "socket_keepalive": True,
        "retry_on_timeout": False,
        "max_retries": 0,
    },
)
TRANSPORT_ALIASES.update(redis=TRANSPORT, rediss=TRANSPORT)  # kombu's own has too many connections


def lead_to(url: str, of: Celery = app) -> None:
    """Let an app of Celery's use the broker at ``url``; raises ``SettingsError``."""
    address = broker.read(url)
    of.conf.broker_url = address.url
    of.conf.broker_use_ssl = dict(address.tls) if address.tls else None


lead_to(settings().redis_url)
# A broadcast holds a connection of the pool, and would wait for a second one, which there is not.
app.control.mailbox._producer_pool = None  # noqa: SLF001 - then kombu uses the one it has
_lock = threading.Lock()
_silent_until = 0.0


def message_id(job: str, subject: str, generation: int) -> str:
    """Return the id that all hints of one kind share, so that one revoke drops them all."""
    return f"{job}-{subject}-{generation}"


def send(job: str, subject: str, generation: int = 0) -> bool:
    """Send the hint to do ``job`` for ``subject`` (an id); False when the broker is away."""
    with around(f"send.{job}"):
        return _try(
            lambda: app.send_task(
                f"gristmill.{job}",
                args=(subject,),
                task_id=message_id(job, subject, generation),
                retry=False,
            )
        )


def revoke(process_id: str, generation: int) -> bool:
    """Drop what is queued for the process. Never with ``terminate``: Postgres has fenced it off."""
    ids = [message_id(job, process_id, generation) for job in SLICE_JOBS]
    with around("revoke"):
        return _try(lambda: app.control.revoke(ids))


def _try(call: Callable[[], object]) -> bool:
    """Call the broker unless it has just failed, and wait for ``SEND_TIMEOUT`` at most.

    On a thread, for a publish is several exchanges, and a slow network takes its time for each. One
    that comes to its end afterwards is a hint that came late.
    """
    global _silent_until  # noqa: PLW0603 - one memory of the broker's health for the whole process
    with _lock:
        if time.monotonic() < _silent_until:
            return False
    faults: list[str] = ["too slow"]
    thread = threading.Thread(target=_attempt, args=(call, faults), name="send", daemon=True)
    began = time.monotonic()
    thread.start()
    thread.join(left(SEND_TIMEOUT))
    waited(time.monotonic() - began)
    if not faults:
        return True
    with _lock:
        _silent_until = time.monotonic() + PAUSE
    log.warning("broker_unavailable", error=faults[-1])
    return False


def _attempt(call: Callable[[], object], faults: list[str]) -> None:
    """Call, and once more on a new connection; ``faults`` is emptied when that went well."""
    global _silent_until  # noqa: PLW0603 - see ``_try``
    for _ in range(ATTEMPTS):
        try:
            call()
        except (KombuError, OperationalError, OSError, redis.RedisError) as error:
            faults.append(broker.why(error))
            transport.forget()
        else:
            faults.clear()
            with _lock:
                _silent_until = 0.0
            return


@cache
def _broker() -> redis.Redis:
    """Return a client that looks at queues: it only ever asks, and does not wait long."""
    return broker.read(settings().redis_url).client(LOOK_TIMEOUT)


def _looked(ask: Callable[[redis.Redis], object]) -> object:
    """Return what ``ask`` hears from the broker; None when it can't be asked."""
    try:
        return ask(_broker())
    except (redis.RedisError, OSError):
        return None
    finally:
        _broker().connection_pool.disconnect(inuse_connections=False)  # looks are seconds apart


def others_wait(fetcher: str, process_id: str, own: int) -> bool:
    """Whether a slice at another process waits; ``own``: how many messages of this one may.

    Only the next few are read, of each queue in which slices with this fetcher wait. A broker that
    can't be asked knows of nobody.
    """
    about = f"-{process_id}-".encode()
    names = FETCHING[fetcher].queues
    found = _looked(lambda client: [client.lrange(name, -own - 1, -1) for name in names])
    messages = chain.from_iterable(cast("list[list[bytes]]", found or []))
    return any(about not in message for message in messages)


def subjects(queue: str) -> frozenset[str] | None:
    """Return what the messages that wait in ``queue`` are about.

    None when the broker can't be asked, or so many wait that nobody should read them all.
    """
    messages = cast("list[bytes] | None", _looked(lambda client: client.lrange(queue, 0, READABLE)))
    if messages is None or len(messages) > READABLE:
        return None
    found = (_SUBJECT.search(message) for message in messages)
    return frozenset(match[1].decode() for match in found if match)


def serves() -> bool:
    """Whether the broker takes messages, and says so at once."""
    return _looked(broker.probe) is True


def idle(queue: str) -> bool:
    """Whether it is known that no message waits in ``queue``."""
    return _looked(lambda client: client.llen(queue)) == 0


def asking(url: str) -> Celery:
    """Return an app that only asks the workers behind the broker at ``url``, whatever ours is."""
    other = Celery("asking", set_as_current=False)
    other.conf.broker_transport_options = app.conf.broker_transport_options
    lead_to(url, other)
    return other
