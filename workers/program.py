"""How every program of ours begins: with our settings alone, and a word about what is strange."""

from __future__ import annotations

import os
import sys
import warnings

from workers import environment
from workers.log import configure, get_logger
from workers.settings import Settings, SettingsError, settings

UNSEEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def begin() -> Settings:
    """Clear the environment, set the logging up, and return the settings.

    Whatever is strange about the environment is logged, once a program. A setting that can't be
    used ends the program with a line that names it.
    """
    if sys.flags.optimize > 1:
        sys.exit("error: PYTHONOPTIMIZE=2 takes away what users are told: unset it")
    dropped = environment.clear(os.environ)
    if "PYTHONWARNINGS" in dropped:
        _warn_as_usual()
    try:
        ours = settings()
    except SettingsError as error:
        sys.exit(f"error: {error}")
    configure(ours)
    for remark in environment.remarks(dropped, os.environ):
        get_logger().warning("environment", remark=remark)
    return ours


def _warn_as_usual() -> None:
    """Undo what the variable did at Python's own start: a library's warning must end nothing."""
    warnings.resetwarnings()
    for category in UNSEEN:
        warnings.simplefilter("ignore", category)
