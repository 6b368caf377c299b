"""Brokers with TLS, and brokers that answer with an error: real ones, of the test's own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from app.commands.check_broker import check_broker
from app.commands.deployment import Deployment, Trouble
from deploy.local.home import Home
from tests.builders.services import running
from tests.builders.tls_relay import certificate, tls_in_front_of
from workers import broker, celery
from workers.broker import transport
from workers.errors import BrokerUnavailable
from workers.probes import ping_broker
from workers.runtime.consumer import Consumer
from workers.settings import Settings

STAYS = 4.0  # seconds in which a worker that can't stand an error would have ended or given up
BACK_WITHIN = 5.0  # seconds after which it works again


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker that tests may turn into what they like."""
    home = Home(tmp_path_factory.mktemp("broker"))
    home.open()
    with running(home, "broker") as services:
        yield services["REDIS_URL"]


@pytest.fixture
def admin(own_broker: str) -> Iterator[redis.Redis]:
    """A client that made its connection while all was well; all is well again after the test."""
    with closing(redis.Redis.from_url(own_broker, single_connection_client=True)) as client:
        client.flushall()
        yield client
        _mend(client, own_broker)


def _mend(client: redis.Redis, url: str) -> None:
    client.execute_command("REPLICAOF", "NO", "ONE")
    client.config_set("maxmemory", 0)
    client.execute_command(
        "ACL", "SETUSER", "default", "on", ">" + (urlsplit(url).password or ""), "~*", "&*", "+@all"
    )


def _refuse_all(client: redis.Redis) -> None:
    client.execute_command("ACL", "SETUSER", "default", "resetpass", ">another")
    client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


REFUSALS: dict[str, tuple[Callable[[redis.Redis], object], str]] = {
    "replica": (lambda client: client.execute_command("REPLICAOF", "127.0.0.1", "1"), "primary"),
    "no permission": (
        lambda client: client.execute_command("ACL", "SETUSER", "default", "-brpop", "-set"),
        "NOPERM",
    ),
    "no keys": (lambda client: client.execute_command("ACL", "SETUSER", "default", "resetkeys"),
                "NOPERM"),
    "another password": (_refuse_all, "WRONGPASS"),
    "full": (lambda client: client.config_set("maxmemory", 1), "maxmemory"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_broker_that_refuses_is_told_by_probe_and_doctor(
    own_broker: str, admin: redis.Redis, kind: str
) -> None:
    """A ping would be answered; the doctor has the cure."""
    refuse, words = REFUSALS[kind]
    refuse(admin)
    with pytest.raises(BrokerUnavailable) as unavailable:
        ping_broker(own_broker)
    with pytest.raises(Trouble, match=words) as caught:
        check_broker(_deployment(own_broker))

    assert words in unavailable.value.reason
    assert str(urlsplit(own_broker).password) not in str(caught.value)


def test_a_broker_without_channels_is_told_by_the_doctor(
    own_broker: str, admin: redis.Redis
) -> None:
    """Workers could take jobs and never be told to drop one."""
    admin.execute_command("ACL", "SETUSER", "default", "resetchannels")
    with pytest.raises(Trouble, match="NOPERM"):
        check_broker(_deployment(own_broker))


def _deployment(url: str) -> Deployment:
    return cast("Deployment", SimpleNamespace(settings=Settings(redis_url=url)))


@contextmanager
def started(url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker as the Procfile does, with a broker and nothing else."""
    environ = {
        **os.environ,
        "REDIS_URL": url,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "GRISTMILL_DELIVER_THREADS": "1",
    }
    words = [sys.executable, "-m", "workers.celery_worker", "deliver"]
    with log.open("wb") as out:
        process = subprocess.Popen(words, env=environ, stdout=out, stderr=out)  # noqa: S603 - ours
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def worker(
    own_broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that takes messages."""
    with started(own_broker, tmp_path_factory.mktemp("worker") / "log") as process:
        with closing(redis.Redis.from_url(own_broker)) as client:
            _takes(client, 60)
        yield process


def _takes(client: redis.Redis, seconds: float) -> float:
    """Wait until a message is taken from the queue; returns after how many seconds it was."""
    client.lpush("deliver", "{}")  # no job: it is read, found wanting, and dropped
    began = time.monotonic()
    while client.llen("deliver"):
        assert time.monotonic() - began < seconds, "no message is taken"
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.parametrize("kind", [kind for kind in REFUSALS if kind != "full"])
def test_a_worker_stays_with_a_broker_that_refuses_and_goes_on_when_it_serves(
    own_broker: str, worker: subprocess.Popen[bytes], admin: redis.Redis, kind: str
) -> None:
    """Ending would help nobody: its next start would meet the same, and a platform backs off."""
    REFUSALS[kind][0](admin)
    time.sleep(STAYS)
    ended = worker.poll()
    _mend(admin, own_broker)
    with closing(redis.Redis.from_url(own_broker)) as client:
        took = _takes(client, 30)

    assert ended is None
    assert worker.poll() is None
    assert took < BACK_WITHIN


@pytest.mark.parametrize("kind", ["replica", "nothing allowed"])
def test_a_worker_that_starts_while_its_broker_refuses_waits_for_it(
    own_broker: str, admin: redis.Redis, tmp_path: Path, kind: str
) -> None:
    """A platform starts all parts at once, in any order; the log says what it waits for."""
    refuse = {**{kind: one for kind, (one, _) in REFUSALS.items()}, "nothing allowed": _forbid_all}
    refuse[kind](admin)
    log = tmp_path / "log"
    with started(own_broker, log) as process:
        end_by = time.monotonic() + 60
        while not re.search("broker_refuses|Cannot connect to redis:", log.read_text()):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end_by, log.read_text()
            time.sleep(0.1)
        time.sleep(STAYS)
        _mend(admin, own_broker)
        with closing(redis.Redis.from_url(own_broker)) as client:
            took = _takes(client, 30)

    assert took < BACK_WITHIN
    assert urlsplit(own_broker).password not in log.read_text()


def _forbid_all(client: redis.Redis) -> None:
    allowed = (
        "+acl",
        "+replicaof",
        "+config",
        "+client",
        "+auth",
        "+hello",
        "+select",
    )
    client.execute_command("ACL", "SETUSER", "default", "-@all", *allowed)


def test_a_loop_that_tries_to_reach_its_broker_is_not_deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is deaf is killed; a replica answers others all the while."""
    monkeypatch.setattr("workers.runtime.consumer.PAUSE", 0.0)
    consumer = Consumer.__new__(Consumer)
    consumer.conninfo = celery.app.connection_for_read()
    began = time.monotonic()
    consumer.on_connection_error_before_connected(redis.ReadOnlyError("no"))

    assert consumer.looked_at >= began


@pytest.fixture
def secure(own_broker: str, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The same broker behind TLS: its address, and the certificate that it shows."""
    files = certificate(tmp_path)
    parts = urlsplit(own_broker)
    with tls_in_front_of(parts.port or 6379, files) as port:
        yield f"rediss://:{parts.password}@127.0.0.1:{port}/0", files[0]


def _celery_reaches(url: str) -> bool:
    app = Celery("test", set_as_current=False)
    celery.lead_to(url, app)
    with app.connection_for_write() as connection:
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        except OperationalError:
            return False
    return True


def _redis_reaches(url: str) -> bool:
    client = broker.read(url).client(3.0)
    try:
        return broker.probe(client)
    except redis.ConnectionError:
        return False
    finally:
        client.connection_pool.disconnect()


@pytest.mark.parametrize(
    ("parameters", "reached"),
    [
        ("", False),
        ("?ssl_cert_reqs=required", False),
        ("?ssl_cert_reqs=CERT_OPTIONAL", False),
        ("?ssl_ca_certs={ca}", True),
        ("?ssl_ca_certs={ca}&ssl_cert_reqs=ssl.CERT_REQUIRED&db=1", True),
        ("?ssl_cert_reqs=none", True),
        ("?ssl_cert_reqs=CERT_NONE", True),
    ],
)
def test_both_clients_trust_a_broker_alike(
    secure: tuple[str, Path],
    parameters: str,
    reached: bool,  # noqa: FBT001 - a table of cases
) -> None:
    """Verified unless told not to; Celery alone would let anybody in between."""
    url = secure[0] + parameters.format(ca=secure[1])

    assert (_redis_reaches(url), _celery_reaches(url)) == (reached, reached)


def test_a_certificate_for_another_host_is_not_trusted(own_broker: str, tmp_path: Path) -> None:
    """Unless the name is not to be looked at; the chain still is."""
    files = certificate(tmp_path, "127.0.0.9")
    parts = urlsplit(own_broker)
    with tls_in_front_of(parts.port or 6379, files) as port:
        url = f"rediss://:{parts.password}@127.0.0.1:{port}/0?ssl_ca_certs={files[0]}"
        strict = (_redis_reaches(url), _celery_reaches(url))
        lax = f"{url}&ssl_check_hostname=false"

        assert strict == (False, False)
        assert (_redis_reaches(lax), _celery_reaches(lax)) == (True, True)


def test_the_doctor_says_whether_a_broker_is_verified(secure: tuple[str, Path]) -> None:
    """And what to do about a certificate that it does not trust."""
    url, ca = secure
    with pytest.raises(Trouble, match="ssl_ca_certs"):
        check_broker(_deployment(url))

    assert check_broker(_deployment(f"{url}?ssl_ca_certs={ca}")).endswith(", TLS")
    assert "not verified" in check_broker(_deployment(f"{url}?ssl_cert_reqs=none"))


def test_a_message_of_a_dead_worker_is_put_back_over_few_connections(
    own_broker: str, admin: redis.Redis
) -> None:
    """Kombu looks, takes and puts back on three connections at once; none must wait for another."""
    app = Celery("test", set_as_current=False)
    options = {**celery.app.conf.broker_transport_options, "visibility_timeout": 0}
    app.conf.broker_transport_options = options
    celery.lead_to(own_broker, app)
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue("left")
        queue.put({"a": "hint"})
        taken = queue.get(timeout=5)
        assert admin.llen("left") == 0
        channel = connection.channel()
        began = time.monotonic()
        channel.qos.restore_visible(num=10)
        took = time.monotonic() - began
        back = admin.llen("left")
        transport.trim()
        taken.ack()

    assert back == 1
    assert took < transport.WAIT


def test_connections_that_were_needed_for_a_moment_do_not_stay(own_broker: str) -> None:
    """One is enough for what a worker does all the time."""
    app = Celery("test", set_as_current=False)
    celery.lead_to(own_broker, app)
    with app.connection_for_write() as connection:
        pool = connection.default_channel.pool
        several = [pool.get_connection() for _ in range(3)]
        for one in several:
            pool.release(one)
        transport.trim()
        left = [one for one in several if one.is_connected]

    assert len(left) <= 1
