"""Turn a name of ``schemas.registry`` into the class it stands for, when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from schemas import registry
from schemas.plan import Plan


@cache
def _load(target: str) -> Any:  # noqa: ANN401 - every family has its own contract
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def plugin(family: Mapping[str, str], name: str) -> Any:  # noqa: ANN401 - as above
    """Return the member ``name`` of a family such as ``registry.OUTPUTS``."""
    return _load(family[name])


def output(plan: Plan) -> Any:  # noqa: ANN401 - as above
    """Return the writer for the plan's format."""
    return plugin(registry.OUTPUTS, plan.format)(plan)


def start_url(plan: Plan) -> str:
    """Return the URL at which a process of this plan begins."""
    return plan.collections[0].request.url
