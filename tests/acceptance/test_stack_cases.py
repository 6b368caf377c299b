"""Small sites that real ones resemble, each run through the stack, with what is right for them.

The inputs lie beside the repository or where ``GRISTMILL_CASES`` says; they say themselves what
they are (README there). A base case begins with all others, so that they share the time; one of the
browser or with a bound on its time runs alone.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.client import ApiClient

VARIABLE = "GRISTMILL_CASES"
AT_ONCE = 8  # cases
SECONDS = 90  # for one that says nothing of its time, beside so many others
TIMED = {"seconds", "apart"}

Expected = Mapping[str, Any]


def folder() -> Path:
    """Return where the cases are; they are no part of the repository."""
    return Path(os.environ.get(VARIABLE) or Path(__file__).resolve().parents[3] / "shared/cases")


def names() -> list[str]:
    """Return ``case/payload`` for each payload of each case."""
    return [f"{p.parent.name}/{p.stem}" for p in sorted(folder().glob("*/payload*.json"))]


@dataclass(frozen=True)
class Ran:
    """What came of a case: what create answered, or the process that ended, and what was asked."""

    created: Any
    process: dict[str, Any]
    text: str
    pages: list[dict[str, Any]]
    requests: list[Any]


@dataclass(frozen=True)
class FieldCase:
    """One payload of a case, on a site of its own."""

    name: str
    api: ApiClient

    def read(self) -> tuple[Any, Expected]:
        """Return payload and expectation, as they are written."""
        path = folder() / f"{self.name}.json"
        right = path.with_name(path.name.replace("payload", "expected", 1))
        return json.loads(path.read_text("utf-8")), json.loads(right.read_text("utf-8"))

    def alone(self) -> bool:
        """Whether nothing else should run meanwhile."""
        payload, expected = self.read()
        return "chrome" in json.dumps(payload) or bool(TIMED & expected.keys())

    def run(self) -> tuple[Ran, Expected]:
        """Serve the case, run its payload to the end, and return what came and what is right."""
        case, _, payload = self.name.partition("/")
        with _serving(folder() / case) as site:
            body, expected = site.payloads()[payload.removeprefix("payload")]
            envelope = body if "payload" in body else {"name": case, "payload": body}
            answer = self.api.call("POST", "/task/create", json=envelope)
            if not answer.ok:
                return Ran((answer.status_code, answer.json()), {}, "", [], site.requests), expected
            process = self.api.post(f"/task/{answer.json()['id']}/run")["id"]
            ended = self.api.wait(process, seconds=expected.get("seconds", SECONDS))
            text = self.api.file(ended["results"]).decode() if ended["results"] else ""
            pages = self.api.get(f"/process/{process}/pages")
            return Ran(None, ended, text, pages, site.requests), expected


def _serving(case: Path) -> Any:
    spec = importlib.util.spec_from_file_location("cases_serve", folder() / "serve.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.Site(case)


@pytest.fixture(scope="module")
def begun(api: ApiClient) -> Iterator[dict[str, Future[tuple[Ran, Expected]]]]:
    """Begin every case that others don't disturb."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        cases = [FieldCase(name, api) for name in names()]
        yield {case.name: pool.submit(case.run) for case in cases if not case.alone()}


@pytest.mark.skipif(not names(), reason="the cases are no part of the repository and not beside it")
@pytest.mark.parametrize("name", names())
def test_a_site_as_there_are_many_gives_what_is_right(
    name: str, api: ApiClient, begun: dict[str, Future[tuple[Ran, Expected]]]
) -> None:
    """All that the case's own text argues for: records, verdicts, warnings, requests, refusals."""
    ran, expected = begun[name].result() if name in begun else FieldCase(name, api).run()

    if "refused" in expected:
        status, problem = ran.created
        assert status == expected["refused"]
        assert expected.get("pointer") in {None, *(e["pointer"] for e in problem["errors"])}
        return
    assert ran.created is None, ran.created
    assert ran.process["status"] == expected.get("status", "finished"), ran.process
    assert {k: ran.process[k] for k in expected.get("process", {})} == expected.get("process", {})
    warned = {warning["code"] for warning in ran.process["warnings"]}
    assert warned.issuperset(expected.get("warnings", ())), warned
    _compare_records(ran, expected)
    _compare_requests(ran, expected)


def _compare_records(ran: Ran, expected: Expected) -> None:
    if "text" in expected:
        assert ran.text == expected["text"]
    if "records" not in expected:
        return
    dropped = set(expected.get("ignore", ()))
    found = [{k: v for k, v in r.items() if k not in dropped} for r in json.loads(ran.text or "[]")]
    wanted = list(expected["records"])
    if expected.get("anyOrder"):
        found, wanted = (sorted(rows, key=json.dumps) for rows in (found, wanted))
    assert found == wanted


def _compare_requests(ran: Ran, expected: Expected) -> None:
    paths = [request.target.partition("?")[0] for request in ran.requests]
    times = [r.at for r, path in zip(ran.requests, paths, strict=True) if path != "/robots.txt"]
    told = {_path(page["url"]): page["verdict"] for page in ran.pages}
    for path, verdicts in expected.get("verdicts", {}).items():
        assert told.get(path) in ([verdicts] if isinstance(verdicts, str) else verdicts), ran.pages
    for path, times_asked in expected.get("hits", {}).items():
        assert paths.count(path) == times_asked, (path, paths)
    for path in expected.get("unseen", ()):
        assert path not in paths
    apart = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert min(apart, default=0.0) >= expected.get("apart", 0.0) or not expected.get("apart")


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3] if url.count("/") > 2 else "/"
