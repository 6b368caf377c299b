from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.acceptance.client import Account, ApiClient, RunningStack
from tests.site import truth
from tests.site.server import SiteServer

NewAccount = Callable[..., Account]
OF_TASK = ("info", "run", "results", "update", "delete")
OF_PROCESS = (
    *("info", "cancel", "resume", "retry-failed", "pages", "records", "stats", "file"),
    "deliveries",
)
PROBLEM = "application/problem+json"


@pytest.fixture
def ended(api: ApiClient, site: SiteServer) -> dict[str, Any]:
    """A process of the first account that has ended."""
    payload = truth.payload(truth.Shop(1, 2), site.url)
    return api.wait(api.run(payload, webhook=f"{site.url}/echo")["id"])


def test_another_account_sees_nothing(
    api: ApiClient, ended: dict[str, Any], new_account: NewAccount
) -> None:
    """Every call with another's id is the 404 of an id that never was."""
    other = new_account().api
    task, process = ended["taskID"], ended["id"]
    (delivery,) = api.get(f"/process/{process}/deliveries")
    paths = [
        *(f"/task/{task}/{verb}" for verb in OF_TASK),
        *(f"/process/{process}/{verb}" for verb in OF_PROCESS),
        f"/delivery/{delivery['id']}/resend",
    ]
    answers = [other.call("POST", path, data="{}") for path in paths]
    answers.append(other.call("POST", "/getlink", data=ended["results"]))
    answers.append(other.call("DELETE", f"/task/{task}"))
    answers.append(other.call("GET", "/processes", params={"task": task}))
    told = {"url": "https://example.com/", "events": ["process.failed"], "task": task}
    webhook = api.post("/webhooks", json=told)["id"]
    answers.append(other.call("POST", "/webhooks", json=told))
    answers.append(other.call("POST", f"/webhook/{webhook}/delete"))
    answers.append(other.call("DELETE", f"/webhook/{webhook}"))
    answers.append(other.call("POST", "/task/preview", data=json.dumps({"taskId": task})))
    answers.append(other.call("POST", "/suggest", data=json.dumps({"taskId": task})))
    unknown = other.call("POST", f"/task/{'0' * 27}/info")

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["detail"] for answer in answers[:1]} == {unknown.json()["detail"]}
    assert other.get("/tasks") == other.get("/processes") == other.get("/webhooks") == []
    assert api.call("DELETE", f"/webhook/{webhook}").ok
    assert api.get(f"/process/{process}/info")["status"] == "finished"
    assert api.file(ended["results"])


def test_a_key_works_in_each_of_its_places_and_a_wrong_one_in_none(stack: RunningStack) -> None:
    """Query, bearer token, header; without a key, or with a wrong one, 401 in the fixed words."""
    url, key = f"{stack.url}/v1/tasks", stack.api_key
    good = [
        requests.get(url, params={"api_key": key}, timeout=10),
        requests.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10),
        requests.get(url, headers={"X-Api-Key": key}, timeout=10),
    ]
    none = requests.get(url, timeout=10)
    wrong = requests.get(url, params={"api_key": "wrong"}, timeout=10)

    assert [answer.status_code for answer in good] == [200] * 3
    assert (none.status_code, none.json()["detail"]) == (401, "No API Key provided")
    assert (wrong.status_code, wrong.json()["detail"]) == (401, "Invalid API key")


def test_keys_can_be_narrowed_revoked_and_disabled(
    stack: RunningStack, new_account: NewAccount
) -> None:
    """A key without a scope gets 403; a revoked key or a disabled account 401, at once."""
    account = new_account()
    made = stack.gristmill("key", "create", account.id, "--scopes", "read")
    reader = ApiClient(stack.url, made["api_key"])
    allowed, narrowed = reader.call("GET", "/tasks"), reader.call("POST", "/task/create", data="{}")
    stack.gristmill("key", "revoke", made["prefix"])
    revoked = reader.call("GET", "/tasks")
    stack.gristmill("account", "disable", account.id)
    disabled = account.api.call("GET", "/tasks")

    assert (allowed.status_code, narrowed.status_code) == (200, 403)
    assert (revoked.status_code, disabled.status_code) == (401, 401)


def test_the_same_idempotency_key_is_the_same_process(
    api: ApiClient, site: SiteServer, new_account: NewAccount
) -> None:
    """Per task: another task, another key or no key at all starts a new process."""
    payload = truth.payload(truth.Shop(1, 1), site.url)
    first, second = (api.post("/task/create", json={"payload": payload})["id"] for _ in range(2))
    monday = {"Idempotency-Key": "monday"}
    runs = [api.post(f"/task/{first}/run", headers=monday)["id"] for _ in range(3)]
    others = [
        api.post(f"/task/{second}/run", headers=monday)["id"],
        api.post(f"/task/{first}/run", headers={"Idempotency-Key": "tuesday"})["id"],
        api.post(f"/task/{first}/run")["id"],
        new_account().api.call("POST", f"/task/{first}/run", headers=monday).status_code,
    ]

    assert len(set(runs)) == 1
    assert others[3] == 404
    assert len({runs[0], *others[:3]}) == 4
    assert len(api.get(f"/task/{first}/results")) == 3


GOOD = {"name": "x", "request": {"url": "http://127.0.0.1/"}, "format": "csv"}
FIELD = {"name": "a", "selector": "a"}


def task(**changes: Any) -> str:
    return json.dumps({"payload": {**GOOD, "fields": [FIELD], **changes}})


def field(**changes: Any) -> str:
    return task(fields=[{**FIELD, **changes}])


BAD_TASKS: dict[str, tuple[str, str]] = {
    "no JSON": ("{", ""),
    "nothing": ("", ""),
    "a list": ("[]", ""),
    "null": ("null", ""),
    "NaN": ('{"payload": NaN}', ""),
    "twice the same member": ('{"name": "a", "name": "b"}', ""),
    "too deep": ("[" * 40 + "]" * 40, ""),
    "NUL": (task(name="a\0b"), "/payload/name"),
    "lone surrogate": ('{"name": "\\ud800"}', ""),
    "no payload": ('{"name": "x"}', "/payload"),
    "payload is text": ('{"payload": "x"}', "/payload"),
    "unknown member": (task(paginater={}), "/payload/paginater"),
    "no url": (task(request={}), "/payload/request/url"),
    "no http": (task(request={"url": "file:///etc/passwd"}), "/payload/request/url"),
    "no scheme": (task(request={"url": "example.test"}), "/payload/request/url"),
    "unknown fetcher": (task(request={"url": "http://x/", "type": "w"}), "/payload/request/type"),
    "unknown format": (task(format="pdf"), "/payload/format"),
    "no fields": (task(fields=[]), "/payload/fields"),
    "two fields alike": (task(fields=[FIELD, FIELD]), "/payload/fields/1/name"),
    "no selector": (field(selector=""), "/payload/fields/0/selector"),
    "bad selector": (field(selector="a["), "/payload/fields/0/selector"),
    "bad xpath": (field(selector="xpath://["), "/payload/fields/0/selector"),
    "unknown filter": (field(filters=[{"name": "x"}]), "/payload/fields/0/filters/0/name"),
    "look-around": (
        field(filters=[{"name": "regex", "param": "(?=a)"}]), "/payload/fields/0/filters/0/param"
    ),
    "no pages": (
        task(paginator={"nextPageSelector": "a", "pageNum": 0}), "/payload/paginator/pageNum"
    ),
    "webhook is none": (json.dumps({"webhook": "x", **json.loads(task())}), "/webhook"),
    "type is another": (json.dumps({"type": "x", **json.loads(task())}), "/type"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_TASKS)
def test_a_task_that_cannot_be_used_is_refused_with_its_place(api: ApiClient, name: str) -> None:
    """400, a problem document, and a pointer to what is wrong."""
    body, pointer = BAD_TASKS[name]
    answer = api.call("POST", "/task/create", data=body.encode())
    told = answer.json()

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM
    assert (told["status"], told["code"]) == (400, "invalid")
    assert told["detail"]
    if pointer:
        assert pointer in {fault["pointer"] for fault in told["errors"]}
        assert all(fault["detail"] for fault in told["errors"])


BAD_CALLS: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/nowhere", {}, 404),
    ("GET", "/task/short/info", {}, 404),
    ("GET", "/task/../../etc/info", {}, 404),
    ("GET", f"/task/{'x' * 27}/info", {}, 404),
    ("GET", f"/process/{'x' * 3000}/info", {}, 404),
    ("GET", "/task/%00%00/info", {}, 404),
    ("GET", "/task/%ff/info", {}, 404),
    ("GET", f"/task/{'x' * 27}/run", {}, 405),
    ("GET", "/task/create", {}, 405),
    ("GET", f"/process/{'x' * 27}/cancel", {}, 405),
    ("PATCH", "/tasks", {}, 405),
    ("GET", "/tasks?limit=0", {}, 400),
    ("GET", "/tasks?limit=1001", {}, 400),
    ("GET", "/tasks?limit=ten", {}, 400),
    ("GET", "/tasks?cursor=mine", {}, 400),
    ("GET", "/tasks?cursor=%00", {}, 400),
    ("GET", "/getlink", {}, 400),
    ("POST", "/getlink", {"data": b"\xff\xfe"}, 404),
    ("POST", "/getlink", {"data": b"no-such-file.csv"}, 404),
    ("POST", "/getlink", {"data": b"../../etc/passwd"}, 404),
    ("POST", "/getlink", {"data": b"a\x00b"}, 404),
    ("POST", "/task/create", {"data": b" " * 1_200_000}, 413),
    ("POST", "/task/create", {"data": iter([b" " * 600_000] * 2)}, 413),
    ("POST", "/task/create", {"data": b"<a/>", "headers": {"Content-Type": "text/xml"}}, 415),
    ("POST", f"/task/{'x' * 27}/run", {"headers": {"Idempotency-Key": "x" * 300}}, 400),
    ("POST", "/delivery/nothing/resend", {}, 404),
]


@pytest.mark.parametrize("call", BAD_CALLS, ids=lambda call: f"{call[0]} {call[1][:30]} {call[3]}")
def test_a_call_that_cannot_be_answered_says_why(
    api: ApiClient, call: tuple[str, str, dict[str, Any], int]
) -> None:
    """A clear 4xx as a problem document, never a 500 and never HTML."""
    method, path, more, status = call
    answer = api.call(method, path, **more)

    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_a_refused_body_leaves_the_connection_usable(stack: RunningStack) -> None:
    """Whatever was sent in vain is read: the sender hears why and can go on."""
    with requests.Session() as session:
        calls = [
            session.post(f"{stack.url}/v1/task/create", data=b" " * 3_000_000, timeout=10),
            session.post(
                f"{stack.url}/v1/task/create",
                data=iter([b" " * 600_000] * 2),
                headers={"X-Api-Key": stack.api_key},
                timeout=10,
            ),
            session.get(f"{stack.url}/healthz", timeout=10),
        ]

    assert [answer.status_code for answer in calls] == [413, 413, 200]


@pytest.mark.parametrize("body", [b"zz\r\nxxxx\r\n0\r\n\r\n", b"2\r\n{}\r\n0\r\nb@d\r\n\r\n"])
def test_a_broken_body_is_the_senders_fault(stack: RunningStack, body: bytes) -> None:
    """Chunks that are none: 400, not 500."""
    port = int(stack.url.rpartition(":")[2])
    head = f"POST /v1/task/create HTTP/1.1\r\nHost: x\r\nX-Api-Key: {stack.api_key}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + body)
        answer = line.recv(4096)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert PROBLEM.encode() in answer


def test_all_faults_come_at_once(api: ApiClient) -> None:
    """One answer names every fault, each with its place, and the member that was meant."""
    body = {"payload": {"request": {"url": "ftp://x/"}, "fields": [{"name": "a"}], "formt": "csv"}}
    told = api.call("POST", "/task/create", json=body).json()
    faults = {fault["pointer"]: fault["detail"] for fault in told["errors"]}

    assert {"/payload/request/url", "/payload/fields/0/selector", "/payload/formt"} <= set(faults)
    assert "`format`" in faults["/payload/formt"]


def test_private_addresses_are_refused_unless_opened(api: ApiClient) -> None:
    """The guard stands before every connection: the process fails and says so, the API is well."""
    payload = {**GOOD, "request": {"url": "http://169.254.169.254/latest"}, "fields": [FIELD]}
    ended = api.wait(api.run(payload)["id"])

    assert (ended["status"], ended["responseCount"], ended["cost"]) == ("failed", 0, 0)
    assert "ALLOWED_NETWORKS" in ended["error"]["message"]
