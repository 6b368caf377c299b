from __future__ import annotations

import json
import re
import shlex
import subprocess
import time
from typing import Any

import pytest
import requests

from tests.acceptance.client import ApiClient, RunningStack, eventually
from tests.site import truth
from tests.site.server import SiteServer

# The specification's own lines, with its slips: `GET` with a body, a blank after a backslash,
# `tasks` beside `task`, `processes` beside `/Process`, and a slash that is missing.
LINES = {
    "create": """curl --request POST \\
     --url https://api.dataflowkit.com/v1/task/create?api_key=YOUR_API_KEY \\
     -d '{JSON Task Payload}'""",
    "run": """curl --request POST \\
     --url https://api.dataflowkit.com/v1/task/{Task_ID}/run?api_key=YOUR_API_KEY""",
    "process info": """curl --request POST \\
     --url https://api.dataflowkit.com/v1/processes/{Process_ID}/info?api_key=YOUR_API_KEY""",
    "getlink": """curl --request GET \\
     --url https://api.dataflowkit.com/v1/getlink?api_key=YOUR_API_KEY \\
     -d 'Results File Name'""",
    "getlink, as printed": """curl --request GET \\
     --url https://api.dataflowkit.com/v1/getlink?api_key=YOUR_API_KEY \\\x20
     -d 'Results File Name'""",
    "download": """curl --request GET \\
     --url  "{Link}\"""",
    "cancel": """curl --request POST \\
     --url https://api.dataflowkit.com/v1/processes/{Process_ID}/cancel?api_key=YOUR_API_KEY""",
    "task info": """curl --request POST \\
     --url https://api.dataflowkit.com/v1/tasks/{Task_ID}/info?api_key=YOUR_API_KEY""",
    "results": """curl --request POST \\
     --url https://api.dataflowkit.com/v1/task/{Task_ID}/results?api_key=YOUR_API_KEY""",
    "tasks": """curl --request POST \\
     --url https://api.dataflowkit.com/v1/tasks?api_key=YOUR_API_KEY""",
    "delete": """curl --request DELETE \\
     --url https://api.dataflowkit.com/v1/task/{task_ID}delete?api_key=YOUR_API_KEY""",
}
ID = re.compile(r"[0-9A-Za-z]{27}")
SECONDS = re.compile(r"\d{10}")


class Terminal:
    """Types the specification's lines into a shell, with host, key and ids replaced."""

    def __init__(self, url: str, api_key: str) -> None:
        self.known = {"https://api.dataflowkit.com": url, "YOUR_API_KEY": api_key}

    def type(self, name: str) -> str:
        line = LINES[name]
        for word, value in self.known.items():
            line = line.replace(word, value)
        typed = f'curl() {{ command curl -s "$@"; }}\n{line}'
        shell = ["/bin/bash", "-c", typed]
        done = subprocess.run(shell, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        return done.stdout

    def json(self, name: str) -> Any:
        return json.loads(self.type(name))


@pytest.fixture
def terminal(stack: RunningStack) -> Terminal:
    return Terminal(stack.url, stack.api_key)


def quoted(document: object) -> str:
    return shlex.quote(json.dumps(document))


def end_of(terminal: Terminal) -> dict[str, Any]:
    for _ in range(300):
        process: dict[str, Any] = terminal.json("process info")
        if process["status"] != "running":
            return process
        time.sleep(0.1)
    raise AssertionError(process)


def test_every_curl_line_of_the_specification_works(terminal: Terminal, site: SiteServer) -> None:
    """Pasted with host, key and ids replaced, from creating a task to deleting it."""
    shop = truth.Shop(2, 3)
    payload = truth.payload(shop, site.url, output="json")
    sent = {"name": "lines", "description": "as printed", "payload": payload}
    terminal.known["'{JSON Task Payload}'"] = quoted(sent)
    task = terminal.json("create")
    terminal.known |= {"{Task_ID}": task["id"], "{task_ID}": task["id"]}
    spawned = terminal.json("run")
    terminal.known["{Process_ID}"] = spawned["id"]
    ended = end_of(terminal)
    terminal.known["Results File Name"] = ended["results"]
    link = terminal.type("getlink")
    terminal.known["{Link}"] = link

    assert ID.fullmatch(task["id"])
    assert (task["type"], task["webhook"], task["payload"]) == ("extract", "", payload)
    assert (spawned["status"], spawned["taskID"]) == ("running", task["id"])
    assert (spawned["finishedAt"], spawned["results"], spawned["logFile"]) == (None, "", "")
    assert ended["status"] == "finished"
    assert SECONDS.fullmatch(ended["startedAt"])
    assert SECONDS.fullmatch(ended["finishedAt"])
    assert (ended["requestCount"], ended["responseCount"], ended["cost"]) == (8, 8, 1)
    assert ended["missingCredits"] == 0
    assert json.loads(terminal.type("download")) == list(truth.records(shop, site.url))
    assert terminal.json("cancel")["status"] == "finished"
    assert terminal.json("task info") == task
    assert [one["id"] for one in terminal.json("results")] == [spawned["id"]]
    assert terminal.json("tasks")[0] == task
    assert terminal.json("delete") == {"deleted": "ok"}
    assert terminal.json("task info")["status"] == 404
    assert terminal.json("process info")["status"] == 404
    assert terminal.json("getlink")["status"] == 404


def test_deleting_a_task_removes_its_files_from_storage(
    terminal: Terminal, api: ApiClient, stack: RunningStack, site: SiteServer
) -> None:
    """A deleted task's link leads nowhere, and no row of it is left."""
    process = api.run(truth.payload(truth.Shop(1, 2), site.url))
    ended = api.wait(process["id"])
    link = api.call("POST", "/getlink", data=ended["results"]).text
    terminal.known["{task_ID}"] = process["taskID"]

    assert requests.get(link, timeout=10).ok
    assert terminal.json("delete") == {"deleted": "ok"}
    eventually(lambda: requests.get(link, timeout=10).status_code == 404)
    eventually(lambda: not stack.rows("SELECT 1 FROM tasks WHERE id = %s", process["taskID"]))
    for table in ("processes", "pages", "objects"):
        key = "id" if table == "processes" else "process_id"

        assert stack.rows(f"SELECT 1 FROM {table} WHERE {key} = %s", process["id"]) == []


def test_the_getlink_line_with_its_blank_shows_the_way_that_works(terminal: Terminal) -> None:
    """As printed the line sends no name: 400 that shows the ``?file=`` form."""
    answer = terminal.json("getlink, as printed")

    assert answer["status"] == 400
    assert "?file=" in json.dumps(answer)
