"""The unit ring does no I/O: a test that opens a network socket fails."""

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_network():  # type: ignore[no-untyped-def]  # noqa: ANN201 - a fixture
    """Refuse network sockets for the length of a test."""
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
