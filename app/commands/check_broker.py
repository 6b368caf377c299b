"""What the doctor looks at in the broker: is it there, does it take messages, does it keep them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import redis

from app.commands.deployment import Deployment, Trouble
from workers import broker

PATIENCE = 3.0  # seconds for an answer
REMOTE_CONTROL = "/0.celery.pidbox"  # the channel on which workers are asked who is there
BRIEF = 0.01  # seconds that a look waits for a message that is not there
NO_INFO = "its user may not look at it (INFO), so that memory and file are not known to be right"


def check_broker(deployment: Deployment) -> str:
    """Reachable, taking messages, never evicting, and with its data on disk."""
    address = broker.read(deployment.settings.redis_url)
    client = address.client(PATIENCE)
    try:
        _try(client)
        about = _server_facts(client)
    except (redis.RedisError, OSError) as error:
        raise Trouble(f"does not serve: {broker.why(error)}") from error
    finally:
        client.connection_pool.disconnect()
    return f"Redis {about.get('redis_version', '?')}, {_kept(about)}{_trust(address)}"


def _try(client: redis.Redis) -> None:
    """Do what programs do: write a key, wait for a message, listen to remote control."""
    broker.probe(client)
    client.brpop(["gristmill:nothing"], timeout=BRIEF)
    with client.pubsub() as listener:  # on the one connection, which is free between two commands
        listener.psubscribe(REMOTE_CONTROL)
        listener.get_message(timeout=PATIENCE)


def _server_facts(client: redis.Redis) -> Mapping[str, Any]:
    try:
        return dict(client.info())
    except redis.ResponseError as error:
        raise Trouble(NO_INFO, "warning") from error


def _kept(about: Mapping[str, Any]) -> str:
    policy = about.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        raise Trouble(f"maxmemory-policy is {policy}, which drops messages: set it to noeviction")
    if str(about.get("aof_enabled", "1")) != "1":
        raise Trouble(
            "no append-only file: a restart loses hints, which costs seconds; set appendonly yes",
            "warning",
        )
    return f"{policy}, append-only file on"


def _trust(address: broker.BrokerAddress) -> str:
    if address.tls is None:
        return ""
    return ", TLS" if address.verified else ", TLS that is not verified"
