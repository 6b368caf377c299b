"""The example flows have the shape that n8n imports, and call what there is."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from app.operations import OPERATIONS
from tests.builders.n8n import FLOWS, FOLDER, HTTP

GUIDE = (FOLDER.parents[1] / "docs" / "automation.md").read_text("utf-8")
FLOW = {"name", "nodes", "connections", "settings"}
NODE = {"id", "name", "type", "typeVersion", "position", "parameters"}
MORE = {
    "credentials", "disabled", "executeOnce", "maxTries", "notes", "notesInFlow", "onError",
    "retryOnFail", "waitBetweenTries", "webhookId",
}  # fmt: skip
"""What n8n's own API for workflows lets a node have, beside what it must have."""


@pytest.fixture(params=FLOWS)
def flow(request: pytest.FixtureRequest) -> Any:
    return FLOWS[request.param]


def test_there_is_a_flow_for_running_for_being_told_and_for_asking() -> None:
    """And each is named in the guide, with all that it calls."""
    named = set(re.findall(r"\(\.\./deploy/n8n/([\w-]+)\.json\)", GUIDE))

    assert named == set(FLOWS) == {"be-told-of-runs", "look-for-finished-runs", "run-a-task"}


def test_every_call_of_the_guide_exists() -> None:
    """By its method and path."""
    known = {
        (method, re.sub(r"{\w+}", "{}", operation.path))
        for operation in OPERATIONS
        for method in operation.methods
    }
    named = re.findall(r"`(GET|POST|DELETE) (/v1/[\w/{}]+)", GUIDE)

    assert len(named) > 8
    assert {(method, re.sub(r"{\w+}", "{}", path)) for method, path in named} <= known


def test_a_flow_and_its_nodes_have_the_members_that_n8n_knows(flow: Any) -> None:
    """n8n refuses a workflow with others, or without one of these."""
    assert set(flow) == FLOW
    for node in flow["nodes"]:
        assert set(node) >= NODE
        assert set(node) <= NODE | MORE
        assert UUID(node["id"])
        assert re.fullmatch(r"n8n-nodes-base\.\w+", node["type"])
        assert isinstance(node["typeVersion"], int | float)
        assert [type(number) for number in node["position"]] == [int, int]
    assert len({node["name"] for node in flow["nodes"]}) == len(flow["nodes"])


def test_every_connection_leads_from_a_node_to_a_node(flow: Any) -> None:
    """And every node but a trigger is led to."""
    names = {node["name"] for node in flow["nodes"]}
    led = [
        one
        for outputs in flow["connections"].values()
        for output in outputs["main"]
        for one in output
    ]
    triggers = {
        node["name"] for node in flow["nodes"] if re.search("(?i)trigger|webhook$", node["type"])
    }

    assert set(flow["connections"]) <= names
    assert {one["node"] for one in led} == names - triggers
    assert all((one["type"], one["index"]) == ("main", 0) for one in led)


def test_no_key_stands_in_a_flow(flow: Any) -> None:
    """Each call takes it from n8n's credentials."""
    for node in flow["nodes"]:
        if node["type"] == HTTP:
            assert node["parameters"]["authentication"] == "genericCredentialType"
            assert node["parameters"]["genericAuthType"] == "httpHeaderAuth"
            assert "httpHeaderAuth" in node["credentials"]
    assert "api_key" not in str(flow).lower()


def test_every_call_is_one_of_the_service(flow: Any) -> None:
    """Its path, its method and each of its parameters."""
    known = {
        (method, re.sub(r"{\w+}", "*", operation.path)): {
            parameter.name for parameter in operation.parameters
        }
        for operation in OPERATIONS
        for method in operation.methods
    }
    for node in flow["nodes"]:
        if node["type"] != HTTP:
            continue
        given = node["parameters"]
        path = re.sub(r"{{ .*? }}", "*", given["url"].partition("}}")[2])
        named = {
            one["name"]
            for part in ("queryParameters", "headerParameters")
            for one in given.get(part, {}).get("parameters", [])
        }
        assert named <= known[given["method"], path], node["name"]
