"""Follows links of the storage, as the doctor does to see whether users can."""

from __future__ import annotations

import ssl

import certifi
from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.exceptions import HTTPError

PATIENCE = 3.0  # seconds for an answer


def follow(link: str) -> BaseHTTPResponse:
    """Return what a link is answered with; raises ``HTTPError`` when nothing is.

    Directly and with the storage client's own trust: neither a proxy of the environment nor the
    user's ``.netrc``, which would add a password to a signed link, has a say.
    """
    trust = ssl.create_default_context()
    trust.load_verify_locations(certifi.where())
    with PoolManager(ssl_context=trust, timeout=PATIENCE, retries=False) as pool:
        return pool.request("GET", link)


__all__ = ["HTTPError", "follow"]
