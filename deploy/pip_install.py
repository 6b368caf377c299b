"""Installs packages into this environment, whatever pip is told elsewhere: ``pip_install.py ARG…``.

pip reads ``PIP_*`` variables and files of its own. How to reach packages (an index, certificates, a
proxy) is taken from them; where to install them (``PIP_USER``, ``PIP_TARGET``, ``prefix`` in a
``pip.conf``) is not, for we install beside this Python and nowhere else.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping

WAYS = frozenset(
    {
        "index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert",
        "client-cert", "proxy", "timeout", "default-timeout", "retries", "cache-dir",
        "no-cache-dir", "keyring-provider", "use-deprecated",
    }
)  # fmt: skip
"""Settings of pip that say how packages are reached."""

SECTIONS = ("global", "install", ":env:")
"""Where they may stand, the weakest first."""


def ways(lines: Iterable[str]) -> dict[str, str]:
    """Return what of ``pip config list`` says how packages are reached, as variables."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in lines:
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if section in found and key in WAYS:
            variable = f"PIP_{key.upper().replace('-', '_')}"
            found[section][variable] = " ".join(str(ast.literal_eval(value)).split())
    return {key: value for section in SECTIONS for key, value in found[section].items()}


def environment(environ: Mapping[str, str], lines: Iterable[str]) -> dict[str, str]:
    """Return the environment that pip is given: ``environ``, and of its own settings the ways."""
    others = {name: value for name, value in environ.items() if not name.startswith("PIP_")}
    return {**others, **ways(lines), "PIP_CONFIG_FILE": os.devnull}


def main(words: list[str]) -> int:
    """Run ``pip install`` and return its exit status."""
    pip = [sys.executable, "-m", "pip"]
    told = subprocess.run(  # noqa: S603 - our own words
        [*pip, "config", "list"], capture_output=True, text=True, check=False
    )
    command = [*pip, "install", "--quiet", "--disable-pip-version-check", *words]
    chosen = environment(os.environ, told.stdout.splitlines())
    return subprocess.run(command, env=chosen, check=False).returncode  # noqa: S603 - as above


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
