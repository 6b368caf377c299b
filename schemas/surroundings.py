"""What a payload's parts demand of their surroundings: a browser, a name, a configured proxy.

Schemas see one object at a time. This looks at the payload as it was sent, whatever it is like, so
that these faults are named together with all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.faults import MAX_FAULTS, render_pointer
from schemas.paginators import CHROME_KINDS
from schemas.problem import Fault
from schemas.requests import PROXY

Tokens = tuple[str | int, ...]
_CURE = 'add "type": "chrome" to the request'


def surrounding_faults(
    payload: Mapping[str, object],
    *,
    task_name: str,
    countries: frozenset[str] | None,
    pointer: str,
) -> list[Fault]:
    """Return the faults of ``payload`` that depend on the place of the part that is at fault.

    ``countries``: those that have a proxy, or None when that is not to be looked at.
    """
    found = [*_name_faults(payload, task_name)]
    stack: list[tuple[Mapping[str, object], str, Tokens]] = [(payload, "base", ())]
    while stack and len(found) < MAX_FAULTS:
        collection, inherited, place = stack.pop()
        fetcher = _fetcher(collection, inherited)
        if fetcher == "base":
            found.extend(_browser_faults(collection, place))
        if countries is not None:
            found.extend(_proxy_faults(collection, place, countries))
        stack.extend((below, fetcher, (*place, *tokens)) for below, tokens in _details(collection))
    return [Fault(render_pointer(tokens, pointer), detail) for tokens, detail in found]


def _name_faults(payload: Mapping[str, object], task_name: str) -> Iterator[tuple[Tokens, str]]:
    name = payload.get("name", "")
    if "capture" in payload:
        return  # its one document needs no name
    if isinstance(name, str) and not name.strip() and not task_name.strip():
        yield ("name",), 'Give the collection a name, for example "name": "books".'


def _requests(collection: Mapping[str, object]) -> Iterator[tuple[Mapping[str, object], Tokens]]:
    """Yield where the members of a request may stand: next to it, and inside."""
    yield collection, ()
    request = collection.get("request")
    if isinstance(request, Mapping):
        yield request, ("request",)


def _fetcher(collection: Mapping[str, object], inherited: str) -> str:
    """Return ``base``, ``chrome``, or what stands in their place and is a fault of its own."""
    for members, _ in _requests(collection):
        if "type" in members:
            inherited = str(members["type"]).strip().lower()
    return inherited


def _browser_faults(
    collection: Mapping[str, object], place: Tokens
) -> Iterator[tuple[Tokens, str]]:
    paginator = collection.get("paginator")
    if isinstance(paginator, Mapping):
        kind = str(paginator.get("type", "next")).strip().lower()
        if kind in CHROME_KINDS:
            where = (*place, "paginator", "type")
            yield where, f"A paginator of type `{kind}` needs a browser: {_CURE}."
    for members, inside in _requests(collection):
        if inside and members.get("pierce") is True:
            yield (*place, *inside, "pierce"), f"`pierce` needs a browser: {_CURE}."


def _proxy_faults(
    collection: Mapping[str, object], place: Tokens, countries: frozenset[str]
) -> Iterator[tuple[Tokens, str]]:
    for members, inside in _requests(collection):
        proxy = members.get("proxy")
        found = PROXY.fullmatch(proxy.strip().lower()) if isinstance(proxy, str) else None
        country = found[1] if found else "any"
        if country not in {"any", *countries}:
            names = ", ".join(f"`country-{name}`" for name in sorted(countries))
            has = f"there are {names}" if names else "there is none"
            detail = f"No proxy in `{country}` is configured ({has}): use `country-any`."
            yield (*place, *inside, "proxy"), detail


def _details(
    collection: Mapping[str, object],
) -> Iterator[tuple[Mapping[str, object], Tokens]]:
    fields = collection.get("fields")
    for index, field in enumerate(fields if isinstance(fields, list) else ()):
        details = field.get("details") if isinstance(field, Mapping) else None
        if isinstance(details, Mapping):
            yield details, ("fields", index, "details")
