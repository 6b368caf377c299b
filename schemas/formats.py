"""The spellings of a results format and the one name that each of them means."""

from __future__ import annotations

from typing import Final

from schemas.registry import FORMAT_ALIASES, OUTPUTS

SPELLINGS: Final = {name: name for name in OUTPUTS} | dict(FORMAT_ALIASES)
"""Every spelling in lower case → a key of ``registry.OUTPUTS``."""

CURE: Final = 'Say which file the records go to, for example "format": "json".'
