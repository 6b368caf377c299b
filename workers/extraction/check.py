"""What the engines can't run of a plan, place by place: selectors, expressions, filters.

``schemas`` has checked the payload's shape; what is left is what only an engine can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from schemas.fields import DEFAULT_ATTRS
from schemas.plan import IMAGE, Action, Collection, Field, Filter, Picture, Plan
from schemas.problem import Fault
from workers.extraction.compile import SELF
from workers.extraction.filters import FilterFault, compile_filter
from workers.extraction.selectors import SelectorFault, check_css
from workers.extraction.structured.base import QueryFault
from workers.extraction.structured.queries import ATTRS, QUERIES, is_query, locating, query
from workers.extraction.xpath import PREFIX, XPathFault, compile_xpath, is_xpath
from workers.extraction.xpath_grammar import ELEMENTS, TEXTS, read_xpath
from workers.extraction.xpath_limits import too_wide

_ACTION_MEMBERS = {
    "input": "inputSelector",
    "click": "clickSelector",
    "waitFor": "waitForSelector",
    "scroll": "element",
}


def check(plan: Plan, payload: object = None, *, pointer: str = "") -> list[Fault]:
    """Return all that the engines can't run of ``plan``, in the payload's order.

    ``payload`` is what the plan was made of, as it was sent: where it is given, pointers into
    actions follow its spelling. ``pointer`` is the payload's own place.
    """
    if plan.serp is not None:
        return []
    return list(_collection(plan, plan.collections[0], pointer, payload))


def _collection(plan: Plan, collection: Collection, place: str, sent: object) -> Iterator[Fault]:
    yield from _actions(plan, collection, place, sent)
    if isinstance(plan.capture, Picture) and plan.capture.selector:
        yield from _selector(plan.capture.selector, f"{place}/clipSelector", _check_browser)
    if collection.common_parent is not None:
        yield from _selector(collection.common_parent, f"{place}/commonParent", _check_blocks)
        yield from _outside_items(collection, place)
    for index, field in enumerate(collection.fields):
        yield from _field(field, f"{place}/fields/{index}")
        if field.details is not None:
            below = _at(sent, "fields", index, "details")
            child = plan.collections[field.details]
            yield from _collection(plan, child, f"{place}/fields/{index}/details", below)
    paginator = collection.paginator
    if paginator.kind == "next" and paginator.selector:
        where = f"{place}/paginator/nextPageSelector"
        yield from _selector(paginator.selector, where, _check_next)
    elif paginator.kind == "click" and paginator.selector:
        yield from _selector(paginator.selector, f"{place}/paginator/selector", _check_browser)


def _field(field: Field, place: str) -> Iterator[Fault]:
    if field.selector.strip() != SELF:
        yield from _selector(field.selector, f"{place}/selector", _check_field)
    if is_query(field.selector.strip()):
        yield from _attrs(field, place)
    for index, given in enumerate(field.filters):
        yield from _filter(given, f"{place}/filters/{index}")


def _attrs(field: Field, place: str) -> Iterator[Fault]:
    """Refuse what a text hasn't got; of an image that names no attrs, it just has no ``alt``."""
    if field.kind == IMAGE and field.attrs == DEFAULT_ATTRS[IMAGE]:
        return
    for index, attr in enumerate(field.attrs):
        if attr.lower() not in ATTRS:
            detail = f"{field.selector!r} gives texts: take `text`, or `href` for an address."
            yield Fault(f"{place}/attrs/{index}", detail)


def _outside_items(collection: Collection, place: str) -> Iterator[Fault]:
    """Refuse fields that look for elements in blocks that are none."""
    try:
        blocks = locating((collection.common_parent or "").strip())
    except QueryFault:
        return
    if blocks is None or blocks.gives_elements:
        return
    for index, field in enumerate(collection.fields):
        if not is_query(field.selector.strip()):
            known = ", ".join(f"`{prefix}:`" for prefix in QUERIES)
            detail = f"Blocks are items of JSON-LD here, which hold no elements: use {known}."
            yield Fault(f"{place}/fields/{index}/selector", detail)


def _filter(given: Filter, place: str) -> Iterator[Fault]:
    try:
        compile_filter(given)
    except FilterFault as error:
        member = "name" if given.param is None and given.name != "regex" else "param"
        yield Fault(f"{place}/{member}", str(error))


def _selector(selector: str, place: str, check_one: Callable[[str], None]) -> Iterator[Fault]:
    try:
        check_one(selector.strip())
    except (QueryFault, SelectorFault, XPathFault) as error:
        yield Fault(place, str(error))


def _check_field(selector: str) -> None:
    """Check a selector that may give texts in place of elements."""
    if query(selector) is None:
        _check_next(selector)


def _check_blocks(selector: str) -> None:
    """Check a selector that tells blocks."""
    if locating(selector) is None:
        _check_elements(selector)


def _check_next(selector: str) -> None:
    """Check a selector that gives elements, or by XPath their addresses."""
    if is_xpath(selector):
        _check_xpath(selector)
    else:
        _check_css(selector)


def _check_css(selector: str) -> None:
    if is_query(selector):
        raise QueryFault("Elements are needed here: write a CSS selector, or `xpath:` and a path.")
    check_css(selector)


def _check_xpath(selector: str) -> str:
    """Check an expression and return what it gives."""
    expression = selector.removeprefix(PREFIX)
    wide = too_wide(expression)
    if wide is not None:
        raise XPathFault(wide)
    gives = read_xpath(expression)
    compile_xpath(selector)
    return gives


def _check_elements(selector: str) -> None:
    """Check a selector of this package that has to give elements."""
    if not is_xpath(selector):
        _check_css(selector)
    elif (gives := _check_xpath(selector)) != ELEMENTS:
        raise XPathFault(f"Elements are needed here, and the expression gives {_NAMED[gives]}.")


_NAMED = {
    TEXTS: "attributes or texts: leave out its last step",
    "string": "a string: write a path",
    "number": "a number: write a path",
    "boolean": "true or false: write a path, with the condition in a predicate",
}


def _check_browser(selector: str) -> None:
    """Check a selector that a browser runs, which knows more pseudo-classes."""
    try:
        _check_elements(selector)
    except SelectorFault as fault:
        if not fault.only_here:
            raise


def _actions(plan: Plan, collection: Collection, place: str, sent: object) -> Iterator[Fault]:
    actions = collection.request.actions
    if collection.parent is not None:
        inherited = plan.collections[collection.parent].request.actions
        if actions is inherited:  # They are the parent's, and were looked at there.
            return
    inside = isinstance(_at(sent, "request", "actions"), list) or sent is None
    where = f"{place}/request/actions" if inside else f"{place}/actions"
    spelled = _at(sent, "request", "actions") if inside else _at(sent, "actions")
    for index, action in enumerate(actions):
        if action.selector:
            at = f"{where}/{index}{_member(action, _at(spelled, index))}"
            yield from _selector(action.selector, at, _check_browser)


def _member(action: Action, sent: object) -> str:
    """Return where an action's selector stands: flat, or nested below the action's name."""
    member = _ACTION_MEMBERS[action.kind]
    flat = isinstance(sent, Mapping) and member in sent
    return f"/{member}" if flat else f"/{action.kind}/{member}"


def _at(value: object, *tokens: str | int) -> object:
    """Return what stands at ``tokens`` below ``value``, or None."""
    for token in tokens:
        if isinstance(value, Mapping):
            value = value.get(str(token))
        elif isinstance(value, list) and isinstance(token, int) and token < len(value):
            value = value[token]
        else:
            return None
    return value
