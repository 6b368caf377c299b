"""The one version number: of the package, of the API's document, of what an operator asks for."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

VERSION: Final = version("gristmill")
"""As ``pyproject.toml`` has it."""
