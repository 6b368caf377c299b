"""What an engine shows of a result's address, picked by its form from where it may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workers.serp.dom import Node, text_of
from workers.serp.forms.addresses import is_address
from workers.serp.forms.counts import is_engagement
from workers.serp.forms.dates import is_date, split_date_off

_MOST = 40  # elements that are looked at in one; an address is in few
_NAME = 60  # characters; a site's name is no sentence


def texts_in(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the text of each element, which may be two lines, and behind it those of its own."""
    for node in nodes:
        yield text_of(node)
        yield from map(text_of, node.css("*")[:_MOST])


def shown_address(texts: Iterable[str], target: str) -> str:
    """Return the first text that shows the address ``target``."""
    return next((text for text in texts if is_address(text, target)), "")


def shown_site(texts: Iterable[str], target: str) -> str:
    """Return the first text that names a site: by its address, or by a name in its place.

    A date behind it is not of it.
    """
    names = (split_date_off(text)[0] for text in texts)
    return next((name for name in names if is_address(name, target) or _is_name(name)), "")


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _NAME and not is_date(text) and not is_engagement(text)
