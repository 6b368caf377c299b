"""One operation of the API: what is routed and what the OpenAPI document says, in one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from schemas.json_schema import Component

READ = ("GET", "POST")
"""Reading operations answer both alike: the published curl lines use POST."""


class Id(BaseConverter):
    """What may stand where a path has an id; whether it is one, the gate looks after the key."""

    regex = "(?!create$|preview$)[^/]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter or a header; ``schema`` is JSON Schema."""

    name: str
    description: str
    schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string"})
    where: str = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success: what it is made of, for each content type."""

    description: str
    content: Mapping[str, Component] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the API does.

    ``name`` is the endpoint and the operationId; ``path`` is an OpenAPI template; ``scope`` is what
    the API key needs (None: no key at all; ``auth.ANY_SCOPE``: a working one); ``body`` is the
    component that the JSON body is. ``holds_page``: a member of it may be as long as a page, and
    MAX_BODY_BYTES does not count.
    """

    name: str
    methods: tuple[str, ...]
    path: str
    view: Callable[..., ResponseReturnValue]
    tag: str
    summary: str
    answer: Answer
    later: Answer | None = None
    description: str = ""
    scope: str | None = "read"
    parameters: tuple[Parameter, ...] = ()
    body: Component | None = None
    body_required: bool = True
    holds_page: bool = False
    problems: tuple[int, ...] = ()
    example: str = ""

    @property
    def rule(self) -> str:
        """The path as a Flask rule, whose parameters are ids: ``/v1/task/create`` holds none."""
        return self.path.replace("{", "<id:").replace("}", ">")

    @property
    def path_names(self) -> tuple[str, ...]:
        """The names of the path's parameters."""
        return tuple(re.findall(r"{(\w+)}", self.path))
