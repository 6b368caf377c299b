"""Whether the broker takes messages, and why it does not, in words that hold no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import redis
from kombu.exceptions import OperationalError

from workers.redact import redact_text

PROBE = "gristmill:probe"  # a key that is written to see whether a broker takes messages
PROBE_LIFE = 1000  # milliseconds

ANSWERS: Final[Mapping[str, str]] = {
    "READONLY": "it is a replica: REDIS_URL must lead to the primary",
    "NOREPLICAS": "it has lost its replicas and takes nothing: see min-replicas-to-write",
    "MASTERDOWN": "it is a replica whose primary is down",
    "NOPERM": "its user may not do this: give it all commands, keys (~*) and channels (&*)",
    "NOAUTH": "it wants a password: put it into REDIS_URL, redis://:password@host",
    "WRONGPASS": "the user name or the password in REDIS_URL is wrong",
    "LOADING": "it still reads its data",
    "OOM": "its memory is full: raise maxmemory",
    "MISCONF": "it can't save its data and takes nothing: is its disk full?",
    "BUSY": "it is busy with a script",
    "CLUSTERDOWN": "it is part of a cluster that is down",
    "MOVED": "it is part of a cluster: a single server is needed",
    "ERR max number of clients": "it has no connection left: see the sums in docs/operations.md",
}
"""What a server's answer begins with → what it means. A server that answers so may serve again."""

CLASSES: Final[Mapping[str, str]] = {
    "ReadOnlyError": "READONLY",
    "MasterDownError": "MASTERDOWN",
    "NoPermissionError": "NOPERM",
    "BusyLoadingError": "LOADING",
    "OutOfMemoryError": "OOM",
    "ClusterDownError": "CLUSTERDOWN",
    "MovedError": "MOVED",
    "MaxClientsError": "ERR max number of clients",
}
"""redis-py takes the word away from what it knows; its class tells."""

UNTRUSTED = (
    "its certificate is not trusted: name its CA in REDIS_URL, as ?ssl_ca_certs=/path.pem, or give"
    " verifying up with ?ssl_cert_reqs=none"
)
SILENCE: Final[tuple[tuple[str, str], ...]] = (
    ("certificate verify failed", UNTRUSTED),
    ("wrong version number", "it does not speak TLS there: redis:// instead of rediss://"),
    ("record layer failure", "it does not speak TLS there: redis:// instead of rediss://"),
    ("connection reset", "it ends connections at once: does it want TLS (rediss://)?"),
    ("connection closed by server", "it ends connections: does it want TLS (rediss://)?"),
    ("connection refused", "nothing listens there"),
    ("name or service not known", "its host is not known"),
    ("temporary failure in name resolution", "its host can't be looked up now"),
    ("no address associated", "its host has no address"),
    ("timed out", "it does not answer in time"),
    ("timeout", "it does not answer in time"),
    ("no route to host", "there is no way to it"),
)  # fmt: skip
"""What an exception's text holds → what it means."""


def probe(client: redis.Redis) -> bool:
    """Return True, or raise redis-py's error when the broker takes no messages.

    A ping is answered by a replica as well, by a full server, and by one that lets us do nothing.
    """
    return bool(client.set(PROBE, "", px=PROBE_LIFE))


def why(error: BaseException) -> str:
    """Return what an error of redis-py or kombu says about the broker."""
    while isinstance(error, OperationalError) and error.__cause__ is not None:
        error = error.__cause__
    text = str(error).strip()
    word = CLASSES.get(type(error).__name__, "")
    for beginning, meaning in ANSWERS.items():
        if beginning == word or text.startswith(beginning):
            return f"{meaning} ({beginning.removeprefix('ERR ')})"
    if isinstance(error, redis.AuthenticationError):
        word = "NOAUTH" if "required" in text.lower() else "WRONGPASS"
        return f"{ANSWERS[word]} ({word})"
    for part, meaning in SILENCE:
        if part in text.lower():
            return meaning
    return redact_text(f"{type(error).__name__}: {text}" if text else type(error).__name__)
