"""Turn a name of ``schemas.registry`` into the class it stands for, when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from schemas import registry
from schemas.plan import Plan
from workers.settings import settings


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
    if plan.serp is None:
        return plan.collections[0].request.url
    base = settings().serp_base_urls.get(plan.serp.engine)
    url: str = engine(plan).first_url(plan.serp, base)
    return url


def engine(plan: Plan) -> Any:  # noqa: ANN401 - as above
    """Return the search engine of a plan of form 2."""
    if plan.serp is None:
        raise ValueError("this plan asks no engine")
    return plugin(registry.SERP_ENGINES, plan.serp.engine)()
