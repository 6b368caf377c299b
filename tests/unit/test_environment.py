"""What stands in an environment for other programs neither leads ours astray nor goes unnoticed."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from dataclasses import fields

import pytest

from deploy.local import procfile
from deploy.pip_install import environment as pip_environment
from workers import environment
from workers.celery_worker import KINDS, options
from workers.settings import ProgramSettings, Settings

STRAY = {
    "CELERY_BROKER_URL": "redis://other/0",
    "CELERY_BROKER_READ_URL": "redis://other/0",
    "CELERY_BROKER_WRITE_URL": "redis://other/0",
    "CELERY_RESULT_BACKEND": "redis://other/1",
    "CELERY_CONFIG_MODULE": "no.such.module",
    "CELERY_LOADER": "no.such:Loader",
    "CELERY_CUSTOM_WORKER_POOL": "no.such:Pool",
    "CELERY_WORKER_QUEUES": "others",
    "CELERY_VERSION": "5.2.7",
    "BROKER_URL": "redis://other/0",
    "DJANGO_SETTINGS_MODULE": "site.settings",
}


def test_celery_is_led_by_our_settings_alone() -> None:
    """A variable of Celery's beats what a program tells it, so there must be none."""
    words = "from workers.celery import app; c = app.conf; print(c.broker_url, c.result_backend)"
    told = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-W", "error", "-c", words],
        env={**os.environ, **STRAY, "REDIS_URL": "redis://ours:1/0"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == ["redis://ours:1/0", "None"]


@pytest.mark.parametrize("own", [False, True], ids=["embedded", "own database"])
def test_only_trust_in_an_own_database_is_left_to_libpq(*, own: bool) -> None:
    """Where it is and how a session behaves is the URL's business; the embedded one has no TLS."""
    trust = {"PGSSLROOTCERT": "/ca.pem", "PGSSLMODE": "verify-full", "PGPASSWORD": "hush"}
    places = {"PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGOPTIONS", "PGDATA", "PGTZ"}
    environ = {**trust, **dict.fromkeys(places, "x"), "PATH": "/bin"}
    if own:
        environ["DATABASE_URL"] = "postgresql://u@db/x"
    dropped = environment.clear(environ)

    assert set(dropped) == places | (set() if own else set(trust))
    assert environ["PATH"] == "/bin"


def test_what_no_library_reads_stays() -> None:
    """Names that only look like those are left alone."""
    kept = {"PWD": "/", "PATH": "/bin", "APP": "x", "HTTPS_PROXY": "x", "SSL_CERT_FILE": "x"}
    environ = {**kept, "GUNICORN_CMD_ARGS": "--workers 9", "FLASK_DEBUG": "1", "PWDEBUG": "1"}

    assert set(environment.clear(environ)) == {"GUNICORN_CMD_ARGS", "FLASK_DEBUG", "PWDEBUG"}
    assert environ == kept


@pytest.mark.parametrize(
    "name", [f.name.upper() for kind in (Settings, ProgramSettings) for f in fields(kind)]
)
@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_a_setting_that_is_there_and_empty_is_unset(name: str, blank: str) -> None:
    """Libraries read some of them as well, and would fail on an empty one."""
    environ = {name: blank}
    environment.clear(environ)

    assert environ == {}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE_ULR", "DATABASE_URL"),
        ("database_url", "DATABASE_URL"),
        ("REDIS_URI", "REDIS_URL"),
        ("FETCH_THREAD", "FETCH_THREADS"),
        ("S3_BUCKETS", "S3_BUCKET"),
        ("SECRETKEY", "SECRET_KEY"),
        ("WEB_CONCURENCY", "WEB_CONCURRENCY"),
        ("GRISTMILL_WORKER", "GRISTMILL_WORKERS"),
        ("GRISTMILL_BOGUS", ""),
    ],
)
def test_a_misspelt_setting_is_told_with_what_was_meant(name: str, meant: str) -> None:
    """A default in its place may cost a day; the value, which may be a secret, is not repeated."""
    found = environment.misspelt({name: "hush"})
    told = environment.remarks([], {name: "hush"})

    assert found == {name: meant}
    assert name in told[0]
    assert meant in told[0]
    assert "hush" not in told[0]


def test_names_that_only_resemble_ours_are_not_told() -> None:
    """Platforms set many: Kubernetes' for a service called gristmill, Heroku's for its Redis."""
    others = {
        "GRISTMILL_SERVICE_HOST": "10.0.0.1",
        "GRISTMILL_SERVICE_PORT_HTTP": "80",
        "GRISTMILL_PORT": "tcp://10.0.0.1:80",
        "GRISTMILL_PORT_80_TCP_ADDR": "10.0.0.1",
        "REDIS_TLS_URL": "rediss://x",
        "HEROKU_POSTGRESQL_GOLD_URL": "x",
        "DATABASE_CONNECTION_POOL_URL": "x",
        "WEB_ROOT": "/srv",
        "HOSTNAME": "x",
        "LOGNAME": "x",
        "PATH": "x",
        "AWS_REGION": "x",
        "CHROME_BIN": "x",
        "PYTHONUNBUFFERED": "1",
    }

    assert environment.misspelt({**others, **dict.fromkeys(environment.known(), "x")}) == {}


def test_every_program_begins_with_a_cleared_environment() -> None:
    """One that does not would be led astray alone."""
    for command in procfile.commands().values():
        module = command.partition("python -m ")[2].split()[0]
        main = inspect.getsource(importlib.import_module(module).main)

        assert "begin()" in main, command


@pytest.mark.parametrize("kind", KINDS)
def test_an_unset_size_of_a_worker_is_a_number_all_the_same(kind: str) -> None:
    """A blank variable would make Celery take the next word for the number."""
    words = options(KINDS[kind], ProgramSettings())

    assert int(words[words.index("--concurrency") + 1]) >= 1


@pytest.mark.parametrize(
    ("host", "bind"),
    [
        ("0.0.0.0", "0.0.0.0:8000"),  # noqa: S104 - nothing is bound
        ("::", "[::]:8000"),
        ("[::]", "[::]:8000"),
        ("::1", "[::1]:8000"),
        ("fe80::1%eth0", "[fe80::1%eth0]:8000"),
        ("web.example", "web.example:8000"),
    ],
)
def test_the_web_program_listens_where_it_is_told_in_either_family(host: str, bind: str) -> None:
    """As gunicorn reads an address; with brackets or without."""
    assert ProgramSettings(web_host=host).listen_at == bind


def test_pip_is_told_how_to_reach_packages_and_not_where_to_put_them() -> None:
    """`make setup` installs beside its own Python, whatever pip's files and variables say."""
    listed = [
        "global.index-url='https://pypi.example/simple'",
        r"global.extra-index-url='\nhttps://a.example\nhttps://b.example'",
        "global.prefix='/elsewhere'",
        "install.user='true'",
        "install.index-url='https://nearer.example/simple'",
        ":env:.target='/elsewhere'",
        ":env:.cert='/ca.pem'",
    ]
    environ = {"PIP_TARGET": "/elsewhere", "PIP_USER": "1", "PIP_NO_DEPS": "1", "PATH": "/bin"}

    assert pip_environment(environ, listed) == {
        "PATH": "/bin",
        "PIP_INDEX_URL": "https://nearer.example/simple",
        "PIP_EXTRA_INDEX_URL": "https://a.example https://b.example",
        "PIP_CERT": "/ca.pem",
        "PIP_CONFIG_FILE": os.devnull,
    }
