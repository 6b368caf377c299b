"""Starts one Chromium: caged, with the egress proxy as its only way out, and never orphaned.

The browser runs in a folder of its own. Beside it runs a *minder*, a shell that only waits for its
input to end, which the kernel does for it when this process dies in whatever way; then it kills the
browser's whole process group, and the driver should that hang, and removes the folder. To stop a
browser is to end that input.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Error, Playwright

from workers.errors import BrowserUnavailable
from workers.fetchers.chrome.certificates import believe_authorities
from workers.net.trust import trust

START_SECONDS = 20.0
END_SECONDS = 10.0
LOOK_SECONDS = 0.02
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

UNPRIVILEGED = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
"""Makes root nobody, in a namespace of its own, for Chromium refuses to be caged as root."""

_MINDER = r"""
while read -r _; do :; done
mv -- "$1" "$1.dead" || exit 0
group=$(cat "$1.dead/pid" 2>/dev/null) && kill -s KILL -- "-$group" 2>/dev/null
driver=$(cat "$1.dead/driver" 2>/dev/null) && grep -qs run-driver "/proc/$driver/cmdline" &&
    kill -s KILL -- "$driver" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8; do rm -rf -- "$1.dead" && exit 0; sleep 0.3; done
"""
# Moving the folder first closes a gap: a browser that starts just then fails to write its id.

_WRAPPER = """#!/bin/sh
echo $$ >{folder}/pid && echo $PPID >{folder}/starter || exit 1
for option; do
    case $option in --user-data-dir=*) rmdir -- "${{option#*=}}" 2>/dev/null ;; esac
done
ulimit -S -v unlimited 2>/dev/null
ulimit -S -c 0 2>/dev/null
exec {command} "$@" --user-data-dir={folder}/profile
"""
# The driver makes an empty profile that nobody uses, and would leave it behind if it were killed.
# A crawl child may have a limit on its address space; V8 reserves more than any such limit at once.

OPTIONS = (
    # Everything, loopback and link-local too, goes to the egress proxy; names are resolved there.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--mute-audio",
    # One process a page: its frames are counted and limited with it.
    "--disable-site-isolation-trials",
    "--js-flags=--max-old-space-size=1024",
    # Nothing asks, nothing opens.
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--noerrdialogs",
)

CHEAP = ("--blink-settings=imagesEnabled=false", "--disable-remote-fonts")
"""What a page can do without where nobody looks at it. Chromium has no such switch for one page."""


class Minder:
    """Owns the browser's folder and its end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gristmill-chrome-"))
        self._process = subprocess.Popen(  # noqa: S603 - a constant script
            ["/bin/sh", "-c", _MINDER, "minder", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def pid(self) -> int | None:
        """Return the browser's process id, which is also its group's; None before it started."""
        try:
            return int((self.folder / "pid").read_text())
        except (OSError, ValueError):
            return None

    def wrapper(self, browser: str, *, caged: bool) -> Path:
        """Write the script that stands in for the browser and return its path."""
        as_nobody = caged and os.geteuid() == 0
        command = shlex.join((*(UNPRIVILEGED if as_nobody else ()), browser))
        path = self.folder / "chromium"
        path.write_text(_WRAPPER.format(command=command, folder=shlex.quote(str(self.folder))))
        path.chmod(0o700)
        return path

    def mind_driver(self) -> None:
        """Let the driver end with the browser from now on: it may start no second one."""
        with contextlib.suppress(OSError):
            (self.folder / "starter").rename(self.folder / "driver")

    async def end(self) -> None:
        """Kill what still runs and remove the folder. May be called twice.

        It takes no thread: a program that is at its end gives none any more.
        """
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                while self._process.poll() is None:  # noqa: ASYNC110 - nobody could set an event
                    await asyncio.sleep(LOOK_SECONDS)


def options_for(egress_port: int, *, images: bool) -> tuple[str, ...]:
    """Return the browser's options; ``images``: it loads images and fonts."""
    return (f"--proxy-server=http://127.0.0.1:{egress_port}", *OPTIONS, *(() if images else CHEAP))


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A running browser. ``caged`` says whether Chromium's own sandbox is on."""

    browser: Browser
    minder: Minder
    caged: bool


async def launch(playwright: Playwright, path: str, options: Sequence[str]) -> Launched:
    """Start ``path``; in its sandbox where the kernel lets it, without where it does not.

    Containers often forbid user namespaces, and Chromium then has no cage to be in. Raises
    ``BrowserUnavailable``.
    """
    try:
        return await _launch(playwright, path, options, caged=True)
    except Error:
        pass
    try:
        return await _launch(playwright, path, options, caged=False)
    except Error as error:
        raise BrowserUnavailable(
            f"Chromium ({path}) did not start: {error.message[:500]}"
        ) from error


async def _launch(
    playwright: Playwright, path: str, options: Sequence[str], *, caged: bool
) -> Launched:
    minder = Minder()
    try:
        await believe_authorities(minder.folder, trust().extra_ca_certs)
        browser = await playwright.chromium.launch(
            executable_path=minder.wrapper(path, caged=caged),
            artifacts_dir=minder.folder,
            args=[*options],
            chromium_sandbox=caged,
            timeout=START_SECONDS * 1000,
            # Nothing of our own environment, and so no secret, is the browser's business.
            env={"PATH": SEARCH_PATH, "HOME": str(minder.folder), "LANG": "C.UTF-8"},
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
    except BaseException:
        await minder.end()
        raise
    minder.mind_driver()
    return Launched(browser=browser, minder=minder, caged=caged)
