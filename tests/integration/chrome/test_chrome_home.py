"""A browser starts for a user without a home and without a name, as containers have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.commands.check_browser import check_chromium
from app.commands.deployment import Deployment, Trouble
from tests.missing import needed
from workers.errors import BrowserUnavailable
from workers.fetchers.chrome.driver import give_home
from workers.fetchers.chrome.find import find_browser
from workers.settings import Settings

NAMELESS = ("unshare", "--user", "--map-user=23456", "--map-group=23456")
SCRIPT = """
from types import SimpleNamespace
from app.commands.check_browser import check_chromium
from workers.settings import settings
print(check_chromium(SimpleNamespace(settings=settings())))
"""


@pytest.fixture(autouse=True)
def _browser() -> None:
    with needed("a browser", BrowserUnavailable):
        find_browser()


@pytest.mark.parametrize("home", [None, "", "/no/such/folder"])
def test_a_user_without_home_or_name_has_a_browser(home: str | None) -> None:
    """Node, in which the driver is written, ends where it finds no home."""
    environ = {name: value for name, value in os.environ.items() if name != "HOME"}
    if home is not None:
        environ["HOME"] = home
    if subprocess.run([*NAMELESS, "true"], capture_output=True, check=False).returncode:  # noqa: S603 - ours
        pytest.skip("this machine lets nobody become a user without a name")
    done = subprocess.run(  # noqa: S603 - our own words
        [*NAMELESS, sys.executable, "-c", SCRIPT],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert "starts" in done.stdout, done.stderr[-2000:]


def test_a_home_is_given_only_to_who_has_none() -> None:
    """Whoever has a name has a home."""
    own, set_by_hand = {"HOME": " "}, {"HOME": "/srv/home"}
    give_home(own)
    give_home(set_by_hand)

    assert own["HOME"].startswith("/")
    assert set_by_hand == {"HOME": "/srv/home"}


def test_the_doctor_starts_a_browser_and_says_why_it_does_not(tmp_path: Path) -> None:
    """One that is there may lack a library, or be another program altogether."""
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'libnss3.so: cannot open' >&2\nexit 127\n")
    broken.chmod(0o755)
    deployment = cast("Deployment", SimpleNamespace(settings=Settings(chrome_path=str(broken))))
    with pytest.raises(Trouble, match="did not start"):
        check_chromium(deployment)

    whole = cast("Deployment", SimpleNamespace(settings=Settings()))
    assert check_chromium(whole).startswith("Chromium ")
