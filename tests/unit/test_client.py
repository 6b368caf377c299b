"""What of the Python client needs no service: webhooks, errors, names, Python's versions."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from app.problems import CODE_OF, STATUS
from clients.python.gristmill_client import Client, ClientError, __version__, bare_name, errors
from clients.python.gristmill_client import verify as verify_webhook
from workers.deliver.webhook import headers
from workers.secrets import new_webhook_secret

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "clients" / "python"
SOURCES = sorted((FOLDER / "gristmill_client").glob("*.py"))
MOST_LINES = 600  # that are not blank
NOW = 1_790_000_000  # seconds since the epoch


def test_each_code_of_the_service_has_a_class_and_no_class_lacks_its_code() -> None:
    """Programs catch what they can deal with by its class, without a look at a number."""
    assert set(errors.BY_CODE) == set(STATUS) | set(CODE_OF.values())
    assert {name for name in vars(errors) if name.endswith("Error")} >= {
        kind.__name__ for kind in errors.BY_CODE.values()
    }


def test_a_webhook_of_ours_is_verified_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the exact bytes, in headers of any letter case, and not minutes later."""
    monkeypatch.setattr("time.time", lambda: float(NOW))
    secret, body = new_webhook_secret(), b'{"type": "process.finished"}'
    signed = headers(secret, "msg_1", NOW, body)
    client = Client("http://127.0.0.1:9", "k", webhook_secret=secret)

    assert client.verify(body, signed) == {"type": "process.finished"}
    assert client.verify(body.decode(), {name.title(): text for name, text in signed.items()})
    for wrong in (
        (body + b" ", signed, secret),
        (body, signed, new_webhook_secret()),
        (body, {**signed, "webhook-id": "msg_2"}, secret),
        (body, {**signed, "webhook-signature": "v1,é v2,x"}, secret),
        (body, headers(secret, "msg_1", NOW - 3600, body), secret),
        (body, {}, secret),
    ):
        with pytest.raises(errors.SignatureError):
            verify_webhook(*wrong)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("shop_2026-12-01_10:00.csv", "shop_2026-12-01_10-00.csv"),
        ("../../.ssh/authorized_keys", "authorized_keys"),
        ("..\\..\\evil.exe", "evil.exe"),
        (".bashrc", "bashrc"),
        ("...", "results"),
        ("", "results"),
        ("a\x1b[31m\u202ecsv.exe", "a-[31m-csv.exe"),
    ],
)
def test_a_server_names_a_file_and_no_more(given: str, name: str) -> None:
    """No folder, no hidden file, nothing that a terminal or a file system reads."""
    assert bare_name(given) == name


def test_without_an_address_or_a_key_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables serve where nothing is said."""
    monkeypatch.delenv("GRISTMILL_URL", raising=False)
    monkeypatch.delenv("GRISTMILL_API_KEY", raising=False)
    with pytest.raises(ClientError, match="GRISTMILL_URL"):
        Client()
    monkeypatch.setenv("GRISTMILL_URL", "http://127.0.0.1:8000/v1/")
    monkeypatch.setenv("GRISTMILL_API_KEY", "k")

    assert Client().url == "http://127.0.0.1:8000"


def test_it_is_small_typed_of_one_dependency_and_of_our_version() -> None:
    """What a project takes in with it is one library that it mostly has already."""
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    its = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [line for file in SOURCES for line in file.read_text(encoding="utf-8").splitlines()]

    assert (its["name"], __version__) == ("gristmill-client", ours["version"])
    assert [re.split(r"\W", one)[0] for one in its["dependencies"]] == ["requests"]
    assert its["requires-python"] == ours["requires-python"]
    assert (FOLDER / "gristmill_client" / "py.typed").exists()
    assert len([line for line in lines if line.strip()]) <= MOST_LINES


def test_it_reads_as_python_3_11_and_takes_nothing_from_the_product() -> None:
    """Its own modules, the standard library, requests, and urllib3, which comes with that."""
    taken = set()
    for file in SOURCES:
        tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 11))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                taken |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                taken.add((node.module or "").partition(".")[0])

    assert taken - set(__import__("sys").stdlib_module_names) == {"requests", "urllib3"}


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_each_python_that_is_here_compiles_it(version: str, tmp_path: Path) -> None:
    """Warnings are errors."""
    python = shutil.which(f"python{version}")
    compiled = [str(python), "-W", "error", "-m", "compileall", "-q", "-f", "-o", "0"]
    copy = shutil.copytree(FOLDER / "gristmill_client", tmp_path / "gristmill_client")
    done = python and subprocess.run([*compiled, str(copy)], capture_output=True, check=False)  # noqa: S603 - ours
    if not done or done.returncode in {126, 127}:  # a version manager's shim may stand there
        pytest.skip(f"there is no Python {version} here")

    assert done.returncode == 0, done.stdout + done.stderr
