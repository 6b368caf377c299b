"""Every error of the HTTP client has a name of ours."""

from __future__ import annotations

import inspect

import pytest
import urllib3
from requests import exceptions

from workers.errors import FetchError
from workers.net.client import FAULTS

FOREIGN = [
    kind
    for module in (exceptions, urllib3.exceptions)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Exception) and not issubclass(kind, Warning)
]


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_the_table_knows_every_error_of_the_library(kind: type[Exception]) -> None:
    """Also those that a later version brings."""
    assert any(issubclass(kind, foreign) for foreign, _ in FAULTS)


def test_the_table_names_errors_of_ours() -> None:
    """Narrow ones first, or they would never be reached."""
    for place, (foreign, ours) in enumerate(FAULTS):
        assert issubclass(ours, FetchError)
        assert not any(issubclass(foreign, wide) for wide, _ in FAULTS[:place])
