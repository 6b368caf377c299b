from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.demo.catalogue import PRODUCTS, products
from deploy.demo.payload import task
from deploy.local import proc
from deploy.local.ports import free_port

PARTS = ("database", "broker", "storage", "web", "worker", "chrome", "deliver", "clock")
BACK_WITHIN = 10.0  # seconds, on a machine that has nothing else to do
LOADED = 3 * BACK_WITHIN  # seconds that a busy one is given


INIT = 1  # the parent of what a killed main process left, until that is ended too


def main_process(home: Path, part: str) -> int | None:
    pids, seen = proc.members(home, part), proc.all_processes()
    roots = [pid for pid in pids if pid in seen and seen[pid].parent not in {*pids, INIT}]
    return min(roots, default=None)


def is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=3).json()["status"] == "ok"
    except requests.RequestException:
        return False


def wait_until(true: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - began


def test_the_demo_task_brings_every_product_in_order(api: Any, shop: str) -> None:
    """The main job, whole: stored, run, paged, with details, downloaded."""
    sent = task(shop)
    ended = api.wait(api.run(sent["payload"], name=sent["name"])["id"])
    records = json.loads(api.file(ended["results"]))

    assert ended["status"] == "finished"
    assert [record["Name_text"] for record in records] == [one.name for one in products()]
    assert ended["responseCount"] == PRODUCTS + 20
    assert records[0]["Name_details"][0]["Size_text"] == products()[0].size


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_gone_is_back_within_ten_seconds(
    stack: Any, part: str, number: signal.Signals
) -> None:
    """Whatever dies or stops answering comes back by itself, services included."""
    seen: list[int | None] = []  # one that becomes another program has no environment for a moment

    def is_there() -> bool:
        seen.append(main_process(stack.home, part))
        return seen[-1] is not None and is_ready(stack.url)

    wait_until(is_there, 20)
    old = seen[-1]
    assert old is not None
    os.kill(old, number)

    took = wait_until(lambda: main_process(stack.home, part) not in {None, old}, LOADED)
    took += wait_until(lambda: is_ready(stack.url), LOADED)
    print(f"{part} back after {took:.1f} s, promised are {BACK_WITHIN:.0f}")  # noqa: T201 - a figure


def test_a_frozen_pool_child_is_replaced(stack: Any) -> None:
    """A child that holds its work for ever is ended, though its main process is well."""
    main = main_process(stack.home, "worker")
    assert main is not None
    wait_until(lambda: len(proc.tree(main, proc.all_processes())) > 1, 20)
    child = proc.tree(main, proc.all_processes())[-1].pid
    os.kill(child, signal.SIGSTOP)

    wait_until(lambda: child not in proc.all_processes(), LOADED)
    assert main_process(stack.home, "worker") == main


def test_every_process_of_a_stack_knows_its_home(stack: Any) -> None:
    """Operators find what belongs to a stack by ``GRISTMILL_HOME`` in the environment."""
    wanted = f"GRISTMILL_HOME={stack.home}".encode()
    for part in PARTS:
        pid = main_process(stack.home, part)

        assert wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"), part


def start(home: Path, port: int, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.local.up"],
        env={**os.environ, "GRISTMILL_HOME": str(home), "PORT": str(port), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until_ready(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("ready "):
            break
    return lines


def test_a_second_stack_on_the_same_home_or_port_is_refused(stack: Any, tmp_path: Path) -> None:
    """The message names what is in use, and the exit status tells scripts."""
    port = int(stack.url.rpartition(":")[2])
    same_home, same_port = start(stack.home, free_port()), start(tmp_path, port)
    said_home, said_port = (
        process.communicate(timeout=30)[0] for process in (same_home, same_port)
    )

    assert (same_home.returncode, same_port.returncode) == (1, 1)
    assert f"{stack.home} is in use" in said_home
    assert f"port {port} is in use" in said_port


def test_a_stack_shows_its_key_once_and_stops_within_ten_seconds(tmp_path: Path) -> None:
    """A key is made at the first start, ``ready`` is said once, and SIGTERM leaves nothing."""
    first = start(tmp_path, port := free_port(), GRISTMILL_API_KEY="")
    lines = read_until_ready(first)
    began = time.monotonic()
    first.terminate()
    rest = first.communicate(timeout=20)[0]
    took = time.monotonic() - began
    shown = [line for line in lines if "API key" in line]

    assert lines[-1] == f"ready http://127.0.0.1:{port}"
    assert "ready " not in rest
    assert len(shown) == 1
    assert first.returncode == 0
    assert took < 10
    assert proc.members(tmp_path) == set()
    second = start(tmp_path, port, GRISTMILL_API_KEY="")
    again = read_until_ready(second)
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=20)
    assert not [line for line in again if "API key" in line]


def test_a_stack_ends_with_its_supervisor(tmp_path: Path) -> None:
    """After kill -9 of the supervisor nothing is left running, and a new start works."""
    first = start(tmp_path, port := free_port(), GRISTMILL_API_KEY="k")
    read_until_ready(first)
    first.kill()
    first.communicate()
    second = start(tmp_path, port, GRISTMILL_API_KEY="k")
    lines = read_until_ready(second)
    second.terminate()
    second.communicate(timeout=20)

    assert lines[-1] == f"ready http://127.0.0.1:{port}"
    assert proc.members(tmp_path) == set()
