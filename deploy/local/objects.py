"""Embedded S3: ``rclone serve s3`` over a folder, with real signatures and presigned links."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from pathlib import Path

from deploy.local.binaries import rclone
from deploy.local.home import Home
from deploy.local.part import Part
from deploy.local.ports import LOOPBACK

PROBE_SECONDS = 2
UNFINISHED = ".rclone_temp_multipart_*"
ACCESS_KEY, BUCKET, REGION = "gristmill", "gristmill", "us-east-1"


def objects(home: Home, environment: Mapping[str, str]) -> Part:
    """Return the part that serves the endpoint in ``variables(home)``."""
    port, folder = home.port("storage"), home.folder("objects")
    return Part(
        name="storage",
        command=(str(rclone()), "serve", "s3", "--addr", f"{LOOPBACK}:{port}", str(folder)),
        # The key goes through the environment: a command line is readable by everybody.
        environment={
            **environment,
            "RCLONE_AUTH_KEY": f'"{ACCESS_KEY},{home.secret("storage")}"',
            "RCLONE_CONFIG": "/dev/null",
            "RCLONE_CACHE_DIR": str(home.folder("rclone")),
        },
        folder=home.path,
        prepare=lambda: _forget_unfinished(folder),
        answers=lambda: _answers(port),
    )


def _forget_unfinished(folder: Path) -> None:
    """Remove what uploads left: the server remembers none after its end, and lists none before."""
    for path in folder.rglob(UNFINISHED):
        path.unlink(missing_ok=True)


def variables(home: Home, port: int) -> dict[str, str]:
    """Return the S3 settings of this home."""
    endpoint = f"http://{LOOPBACK}:{port}"
    return {
        "S3_ENDPOINT": endpoint,
        "S3_PUBLIC_ENDPOINT": endpoint,
        "S3_ACCESS_KEY": ACCESS_KEY,
        "S3_SECRET_KEY": home.secret("storage"),
        "S3_BUCKET": BUCKET,
        "S3_REGION": REGION,
    }


def _answers(port: int) -> bool:
    """Whether it speaks HTTP; what it says to a stranger does not matter."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
