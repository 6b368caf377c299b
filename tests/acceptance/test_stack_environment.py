"""A stack that is started where much stands for other programs, and at addresses of IPv6."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from deploy.local.ports import free_port
from deploy.local.program import running_stack
from tests.acceptance.client import ApiClient, RunningStack, starting
from tests.acceptance.conftest import API_KEY, SETTINGS
from tests.site import truth
from tests.site.server import SiteServer

STRAY = {
    "BROKER_URL": "redis://127.0.0.1:1/0",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "CELERY_RESULT_BACKEND": "redis://127.0.0.1:1/1",
    "CELERY_CONFIG_MODULE": "no.such.module",
    "CELERY_LOADER": "no.such:Loader",
    "CELERY_VERSION": "5.2.7",
    "CELERY_WORKER_QUEUES": "others",
    "CELERY_WORKER_CONCURRENCY": "1000",
    "DJANGO_SETTINGS_MODULE": "other.settings",
    "FLASK_DEBUG": "1",
    "GUNICORN_CMD_ARGS": "--bind 127.0.0.1:1 --workers 9",
    "SCRIPT_NAME": "/elsewhere",
    "NODE_OPTIONS": "--no-such-option",
    "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "1",
    "PGSSLMODE": "verify-full",
    "PGSSLROOTCERT": "/no/such/file",
    "PGCHANNELBINDING": "require",
    "PGTARGETSESSIONATTRS": "standby",
    "PGOPTIONS": "-c search_path=elsewhere -c default_transaction_read_only=on",
    "PGCLIENTENCODING": "LATIN1",
    "PGHOST": "elsewhere.invalid",
    "PGHOSTADDR": "127.0.0.9",
    "PGPORT": "1",
    "PGUSER": "somebody",
    "PGSERVICE": "none",
    "PGDATA": "/no/such/folder",
    "RCLONE_ADDR": "127.0.0.1:1",
    "RCLONE_S3_ADDR": "127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
    "ALL_PROXY": "http://127.0.0.1:1",
}
BLANK = ("WEB_CONCURRENCY", "WEB_THREADS", "GRISTMILL_DELIVER_THREADS", "REQUEST_TIMEOUT",
         "S3_ENDPOINT", "LOG_LEVEL", "PGPASSFILE", "WEB_HOST")  # fmt: skip


def test_a_stack_works_where_everything_is_set_for_other_programs(
    tmp_path: Path, site: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our settings alone count; what was not used is said by name, and so is a slip of the pen."""
    shop = truth.Shop(2, 5)
    stray = {**STRAY, **dict.fromkeys(BLANK, " "), "FETCH_THREAD": "3"}
    with starting():
        running = running_stack(tmp_path, free_port(), {**SETTINGS, **stray})
        url = running.__enter__()
    try:
        stack, api = RunningStack(url, tmp_path, API_KEY), ApiClient(url, API_KEY)
        ready = requests.get(f"{url}/readyz", timeout=10)
        ended = api.wait(api.run(truth.payload(shop, site.url))["id"])
        records = [json.loads(line) for line in api.file(ended["results"]).splitlines()]
        for name, value in stray.items():
            if not name.startswith("PYTHON"):
                monkeypatch.setenv(name, value)
        doctor = stack.gristmill("doctor")
    finally:
        running.__exit__(None, None, None)
    said = (tmp_path / "up.log").read_text(encoding="utf-8")

    assert ready.json() == {"status": "ok", "failing": []}
    assert (ended["status"], records) == ("finished", list(truth.records(shop, site.url)))
    assert doctor["ok"]
    assert [c["name"] for c in doctor["checks"] if c["state"] == "warning"] == ["settings"]
    assert "FETCH_THREAD is no setting of ours: did you mean FETCH_THREADS?" in said
    assert all(
        name in said for name in STRAY if not name.startswith(("RCLONE", "HTTP", "http", "ALL"))
    )


@pytest.mark.parametrize("host", ["::", "[::1]"])
def test_a_stack_listens_at_addresses_of_either_family(tmp_path: Path, host: str) -> None:
    """The address that is printed is one at which it answers; ``::`` takes calls of IPv4 too."""
    if not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    port = free_port()
    with starting():
        running = running_stack(tmp_path, port, {**SETTINGS, "WEB_HOST": host})
        url = running.__enter__()
    try:
        alive = requests.get(f"{url}/healthz", timeout=10)
        old = (
            requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10) if host == "::" else alive
        )
        command = RunningStack(url, tmp_path, API_KEY).command("doctor")
    finally:
        running.__exit__(None, None, None)

    assert url == f"http://[::1]:{port}"
    assert (alive.status_code, old.status_code) == (200, 200)
    assert "FAULT" not in command.stdout
