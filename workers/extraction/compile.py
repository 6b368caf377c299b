"""A plan made ready to run: selectors told apart, expressions compiled once, attrs bound."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from schemas.filters import MAKES_NUMBERS
from schemas.plan import Collection, Field, Plan
from workers.errors import ExtractError
from workers.extraction.complexity import Cost, cost_of
from workers.extraction.filters import (
    FilterFault,
    NamedSteps,
    Step,
    chained,
    filter_steps,
    load_languages,
    steps_on,
)
from workers.extraction.structured.base import Locating, QueryFault, TextQuery
from workers.extraction.structured.queries import ATTRS, locating, query
from workers.extraction.tree import Tree
from workers.extraction.values import MARKDOWN, URL_ATTRS, Reader, reader
from workers.extraction.xpath import XPathFault, compile_xpath, is_xpath

SELF = "."
"""The selector that means the block itself."""

_KEPT = 64  # plans; a worker has a handful of processes at a time


@dataclass(frozen=True, slots=True)
class ValueTarget:
    """A selector: CSS as text (the engine keeps no compiled form), XPath and queries compiled."""

    css: str
    xpath: etree.XPath | None
    cost: Cost
    query: TextQuery | None = None

    @property
    def is_self(self) -> bool:
        """Whether the selector means the block itself."""
        return self.css == SELF


@dataclass(frozen=True, slots=True)
class Attr:
    """One attr of a field: the record's key, what reads it, and whether it is made absolute."""

    key: str
    name: str
    read: Reader
    is_url: bool


@dataclass(frozen=True, slots=True)
class CompiledField:
    """A field made ready; ``details`` is the index of its collection.

    ``filters`` are all ``steps`` as one.
    """

    index: int
    target: ValueTarget
    attrs: tuple[Attr, ...]
    filters: Step | None
    steps: NamedSteps
    details: int | None
    details_key: str

    @property
    def by_css(self) -> bool:
        """Whether the field's matches are found by a CSS selector."""
        target = self.target
        return target.xpath is None and target.query is None and not target.is_self

    @property
    def informs(self) -> bool:
        """Whether a record that has its values alone is worth keeping."""
        return self.target.query is None or self.target.query.informs


@dataclass(frozen=True, slots=True)
class Compiled:
    """A collection made ready. ``next`` is None unless pages are followed by next links.

    Blocks are matches of ``common_parent`` or of ``locating``; found where both are None.
    ``caged``: what it asks for has no bound beforehand. ``uninformed``: it has fields that alone
    make no record. ``needs_visit``: ``Source.visit`` is to be told. ``dated``: filters have to know
    the page (``for_page``).
    """

    fields: tuple[CompiledField, ...]
    common_parent: ValueTarget | None
    locating: Locating | None
    next: ValueTarget | None
    costs: tuple[Cost, ...]
    caged: bool
    pierce: bool
    has_query: bool
    uninformed: bool
    needs_visit: bool
    dated: bool

    def seconds(self, elements: int, depth: int) -> float:
        """Return a bound on the CPU seconds of the slowest selector; see ``complexity``."""
        return max((cost.seconds(elements, depth) for cost in self.costs), default=0.0)


def target(selector: str) -> ValueTarget:
    """Return ``selector`` made ready.

    Raises:
        QueryFault: It is a query that can't be used.
        XPathFault: It is an XPath expression that can't be used.
    """
    selector = selector.strip()
    asked = query(selector)
    if asked is not None:
        return ValueTarget("", None, cost_of("*"), asked)
    if is_xpath(selector):
        return ValueTarget("", compile_xpath(selector), cost_of("*"))
    return ValueTarget(selector, None, cost_of(selector))


def _attr(field: Field, attr: str) -> Attr:
    name = attr.lower()
    is_text = not any(item.name in MAKES_NUMBERS for item in field.filters)
    return Attr(f"{field.name}_{attr}", name, reader(attr), is_text and name in URL_ATTRS)


def _field(index: int, field: Field) -> CompiledField:
    aim = target(field.selector)
    # A text has no attribute but what it is itself.
    attrs = field.attrs if aim.query is None else [a for a in field.attrs if a.lower() in ATTRS]
    steps = filter_steps(field.filters)
    return CompiledField(
        index=index,
        target=aim,
        attrs=tuple(_attr(field, attr) for attr in attrs),
        filters=chained(steps),
        steps=steps,
        details=field.details,
        details_key=f"{field.name}_details",
    )


def _collection(collection: Collection) -> Compiled:
    paginator = collection.paginator
    follows = paginator.kind == "next" and paginator.selector.strip()
    fields = tuple(_field(index, field) for index, field in enumerate(collection.fields))
    dated = any(load_languages(field.steps) for field in fields)
    queries = [field.target.query for field in fields if field.target.query is not None]
    blocks = locating(collection.common_parent) if collection.common_parent else None
    has_parent = collection.common_parent and blocks is None
    parent = target(collection.common_parent or "") if has_parent else None
    following = target(paginator.selector) if follows else None
    targets = [
        *(field.target for field in fields),
        *(extra for extra in (parent, following) if extra is not None),
    ]
    return Compiled(
        fields=fields,
        common_parent=parent,
        locating=blocks,
        next=following,
        # Equal costs are one: most selectors of most plans are simple.
        costs=tuple({each.cost for each in targets if each.xpath is None}),
        # Frames are text until they are joined: what they hold can't be counted beforehand.
        caged=any(each.xpath is not None for each in targets)
        or collection.request.pierce
        or dated
        or any(attr.name == MARKDOWN for field in fields for attr in field.attrs),
        pierce=collection.request.pierce,
        has_query=bool(queries) or blocks is not None,
        uninformed=not all(one.informs for one in queries),
        needs_visit=dated or any(one.needs_visit for one in queries),
        dated=dated,
    )


def for_page(ready: Compiled, tree: Tree) -> Compiled:
    """Return ``ready`` with filters that know the page: dates count from when it was fetched."""
    fields = (replace(field, steps=steps_on(field.steps, tree)) for field in ready.fields)
    known = tuple(replace(field, filters=chained(field.steps)) for field in fields)
    return replace(ready, fields=known)


_cache: dict[int, tuple[Plan, tuple[Compiled, ...]]] = {}


def compiled(plan: Plan) -> tuple[Compiled, ...]:
    """Return the collections of ``plan`` made ready; a plan seen before costs a look-up.

    The key is the object, not its value: hashing a plan of ten fields costs as much as reading a
    small page. The plan is kept beside the entry, so that its id can't come to mean another.

    Raises:
        ExtractError: The engines can't run it; ``check`` says where and why.
    """
    entry = _cache.get(id(plan))
    if entry is not None and entry[0] is plan:
        return entry[1]
    try:
        ready = tuple(_collection(collection) for collection in plan.collections)
    except (FilterFault, QueryFault, XPathFault) as fault:
        # ``check`` refuses such a plan; one stored before it knew of the fault may still come by.
        raise ExtractError(str(fault)) from fault
    while len(_cache) >= _KEPT:
        _cache.pop(next(iter(_cache)), None)
    _cache[id(plan)] = (plan, ready)
    return ready
