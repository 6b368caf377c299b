"""What the actors live through. Each can be begun again by a client that got no answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

from tests.crash.actor import Actor
from workers import accounts, frontier, jobs
from workers.db import migrate
from workers.errors import Conflict, DatabaseUnavailable, NotFound, StorageUnavailable
from workers.queues import QUEUES
from workers.runtime import identity, presence
from workers.runtime.wiring import database, storage
from workers.settings import settings


def whole(actor: Actor) -> None:
    """A task is made, changed, run to its end, told of, and told of again."""
    process = actor.run()
    task = actor.memory.known["run-task"]["id"]
    actor.memory.once(
        "change", lambda: actor.call("POST", f"/task/{task}/update", json={"name": "n"})
    )
    actor.until_ended(process)
    (webhook, *_) = actor.call("GET", f"/process/{process}/deliveries")
    actor.memory.once("resend", lambda: actor.call("POST", f"/delivery/{webhook['id']}/resend"))
    actor.until_ended(process)
    actor.clock.stop()
    actor.clock.run()


def subscribed(actor: Actor) -> None:
    """A run with a webhook of its own is told to who subscribed; then all unsubscribe."""
    hook = actor.given.hook
    wish = {"url": f"{hook}/subscribed", "events": ["process.finished"]}
    actor.memory.once("subscribe", lambda: actor.call("POST", "/webhooks", json=wish))
    process = actor.run(wishes={"webhook": f"{hook}/run"})
    actor.until_ended(process)
    rows = actor.call("GET", f"/process/{process}/deliveries")
    subscribers = {row["id"] for row in actor.call("GET", "/webhooks")}
    told = [row["webhookId"] for row in rows if row["target"] == f"{hook}/subscribed"]
    assert len([row for row in rows if row["target"] == f"{hook}/run"]) == 1
    assert len(told) == len(set(told)) >= 1
    assert subscribers <= set(told)
    for webhook in subscribers:
        actor.call("DELETE", f"/webhook/{webhook}")


def canceled(actor: Actor) -> None:
    """A process is cancelled in the middle, resumed, and goes on to its end."""
    process = actor.run()
    if "resume" not in actor.memory.known:
        actor.until(lambda: actor.info(process)["responseCount"] > 0)
        told = actor.memory.once("cancel", lambda: actor.call("POST", f"/process/{process}/cancel"))
        actor.memory.once("ends", lambda: 1 + (told["status"] == "canceled"))
        actor.until(lambda: actor.info(process)["results"])
        actor.memory.once("resume", lambda: resumed(actor, process))
    actor.until_ended(process)


def resumed(actor: Actor, process: str) -> Any:
    """Resume it; a client that was not answered finds that it runs or has ended."""
    if actor.info(process)["status"] != "canceled":
        return actor.info(process)
    return actor.call("POST", f"/process/{process}/resume")


def failing(actor: Actor) -> None:
    """A page fails, and succeeds when it is asked for once more."""
    path = f"{actor.given.site}/status/503?times=1&key={actor.given.mark}"
    payload = {
        "name": "p", "format": "jsonl", "request": {"url": path, "retries": 0},
        "fields": [{"name": "T", "selector": ".text"}],
    }  # fmt: skip
    process = actor.run(payload=payload)
    if "retry" not in actor.memory.known:
        actor.until(lambda: actor.info(process)["status"] != "running")
        actor.memory.once("ends", lambda: 2)
        actor.memory.once("retry", lambda: retried(actor, process))
    actor.until_ended(process)


def retried(actor: Actor, process: str) -> Any:
    """Retry it; a client that was not answered finds that it runs or has finished."""
    if actor.info(process)["status"] != "failed":
        return actor.info(process)
    return actor.call("POST", f"/process/{process}/retry-failed")


def poor(actor: Actor) -> None:
    """The account runs out of credits, and the process goes on after a top-up."""
    account = actor.memory.once("account", lambda: another(actor, "poor", 220))
    actor.api_key = account[1]
    process = actor.run()
    if "topped up" not in actor.memory.known:
        actor.until(lambda: actor.info(process)["status"] != "running")
        if actor.info(process)["status"] == "pending":
            accounts.add_credits(database(), account[0], 10_000)
        actor.memory.once("topped up", lambda: True)
    actor.until_ended(process)


def another(actor: Actor, name: str, credits: int) -> tuple[str, str]:  # noqa: A002 - the word of the trade
    """Make an account for this case; one of an earlier life, whose key was lost, is left alone."""
    name = f"{name}-{actor.given.mark}-{secrets.token_hex(4)}"
    made = accounts.create(database(), name, credits=credits)
    return made.account_id, made.api_key


def deleted(actor: Actor) -> None:
    """A task is deleted while its process runs: rows and objects go."""
    process = actor.run("gone")
    actor.until(lambda: not rows(
        "SELECT 1 FROM processes WHERE id = %s AND response_count = 0 AND NOT deleted", process
    ))  # fmt: skip
    task = actor.memory.known["gone-task"]["id"]
    actor.memory.once("deleted", lambda: removed(actor, task))
    actor.until(lambda: not rows("SELECT id FROM tasks WHERE id = %s", task))
    other = actor.run()
    actor.until_ended(other)
    actor.until(lambda: not rows("SELECT key FROM objects WHERE state <> 'live'"))


def removed(actor: Actor, task: str) -> str:
    """Delete the task; whoever was not answered may find it gone."""
    if not rows("SELECT id FROM tasks WHERE id = %s AND NOT deleted", task):
        return "was gone"
    return str(actor.call("DELETE", f"/task/{task}")["deleted"])


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the database past the product."""
    connection = psycopg2.connect(settings().database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(query, values)
        found = cursor.fetchall()
    connection.close()
    return found


def lost(actor: Actor) -> None:
    """Messages are lost: the broker is wiped after the run, and again before the file is made."""
    process = actor.run()
    wipe(actor, "first wipe")
    actor.until(lambda: actor.info(process)["state"] not in {"queued", "running"})
    wipe(actor, "second wipe")
    actor.until_ended(process)


def wipe(actor: Actor, name: str) -> None:
    """Empty the broker, once."""
    with redis.Redis.from_url(settings().redis_url) as broker:
        actor.memory.once(name, lambda: broker.delete(*QUEUES.values()))


def dead(actor: Actor) -> None:
    """A worker that held a slice is gone, as its process number tells."""
    process = actor.run()
    gone = f"{identity.host()}|{2**22 - 1}|1"
    actor.memory.once("dead", lambda: bool(
        frontier.open_slice(database(), process, queue="base", worker=gone)
    ))  # fmt: skip
    actor.until_ended(process)


def away(actor: Actor) -> None:
    """Postgres is away for long in the middle of a slice, and storage when the file is due."""
    process = actor.run()
    if "away" not in actor.memory.known:
        crawl, jobs.run_slice = jobs.run_slice, raising(DatabaseUnavailable)
        jobs.crawl(process)
        jobs.run_slice = crawl
        actor.memory.once("away", lambda: True)
    actor.until(lambda: actor.info(process)["state"] not in {"queued", "running"})
    if "no storage" not in actor.memory.known:
        storage().put = raising(StorageUnavailable)  # type: ignore[method-assign]
        jobs.publish(process)
        del storage().put
        actor.memory.once("no storage", lambda: True)
    actor.until_ended(process)


def converted(actor: Actor) -> None:
    """The results are asked for in another format once they are there; the first try fails."""
    process = actor.run()
    actor.until_ended(process)
    if "no storage" not in actor.memory.known:
        actor.call("GET", f"/process/{process}/file?format=csv")
        storage().put = raising(StorageUnavailable)  # type: ignore[method-assign]
        jobs.publish(process)
        del storage().put
        actor.memory.once("no storage", lambda: True)
    link = {"Accept": "application/json"}
    actor.until(lambda: actor.call("GET", f"/process/{process}/file?format=csv", headers=link))
    made = rows("SELECT count(*) FROM files WHERE process_id = %s AND key IS NOT NULL", process)
    assert made == [(1,)]


def outdated(actor: Actor) -> None:
    """A release comes that can't use the payloads of an earlier one: their processes fail."""
    process = actor.run()
    execute(f"UPDATE processes SET plan = NULL, payload = '{{}}' WHERE id = '{process}'")
    ended = actor.until_ended(process)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "internal")


def raising(error: type[Exception]) -> Callable[..., Any]:
    """Return what raises ``error`` whenever it is called."""

    def call(*_: object, **__: object) -> Any:
        raise error

    return call


def people(actor: Actor) -> None:
    """An operator makes an account and keys, pays in, and takes all back."""
    name = f"people-{actor.given.mark}"
    with suppress(Conflict):  # it was made, and the operator not told
        accounts.create(database(), name, credits=1000)
    actor.memory.once("paid", lambda: bool(accounts.add_credits(database(), name, 500)))
    key = actor.memory.once("key", lambda: accounts.create_key(database(), name, ("read",)))
    with suppress(NotFound):
        accounts.revoke_key(database(), key[1])
    accounts.ensure_first_account(database(), f"gm_{actor.given.mark:0>40}")
    accounts.disable(database(), name)
    presence.gone(database(), "nobody")


def migrating(actor: Actor) -> None:
    """A new database is brought to its shape."""
    url, name = urlsplit(settings().database_url), f"new_{actor.given.mark}"
    actor.memory.once("created", lambda: execute(f"CREATE DATABASE {name}"))
    new = urlunsplit(url._replace(path=f"/{name}"))
    migrate(new)
    again = migrate(new)
    execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert again == []


def execute(statement: str) -> None:
    """Run a statement that no transaction may hold."""
    connection = psycopg2.connect(settings().database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def unreadable(actor: Actor) -> None:
    """A search engine answers with a page that can't be read, and that is kept."""
    payload = {"name": "s", "engine": "google", "q": "moss", "format": "jsonl"}
    actor.until_ended(actor.run(payload=payload))


def chrome(actor: Actor) -> None:
    """Pages that are shown in a browser."""
    payload = actor.given.envelope()["payload"]
    payload["request"]["type"] = "chrome"
    payload["fields"][0].pop("details")
    actor.until_ended(actor.run(payload=payload))


SCENARIOS: dict[str, Callable[[Actor], None]] = {
    "people": people, "migrating": migrating, "whole": whole, "subscribed": subscribed,
    "dead": dead, "poor": poor,
    "canceled": canceled, "deleted": deleted, "failing": failing, "unreadable": unreadable,
    "lost": lost, "away": away, "converted": converted, "outdated": outdated, "chrome": chrome,
}  # fmt: skip
"""A point is passed by the first of these that comes to it, unless ``TELLING`` says otherwise."""

TELLING = {
    "commit.wake_neglected": "lost",
    "commit.wake_publishers": "lost",
}
"""Steps that every scenario takes, and the one in which they have something to do."""
