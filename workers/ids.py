"""Identifiers: 27-character KSUIDs, as in the published examples."""

from __future__ import annotations

import re

from ksuid import KsuidMs

ID_PATTERN = re.compile(r"[0-9A-Za-z]{27}")
"""What is accepted as an id to look up (one published sample is no valid KSUID)."""


def new_id() -> str:
    """Return a fresh id; ids made later sort later, to 4 ms."""
    return str(KsuidMs())
