"""Whom a browser believes beside the usual authorities: the operator's own, and named hosts."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error

from workers.errors import BrowserUnavailable
from workers.net.trust import Trust

PROGRAM = "certutil"
DATABASE = ".pki/nssdb"  # below the browser's home: where Chromium looks on Linux
SECONDS = 10.0  # for one call of the program
MISSING = (
    "EXTRA_CA_CERTS can't be given to the browser without certutil: install it (Debian:"
    " libnss3-tools)."
)
_CERTIFICATE = re.compile(
    rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\r?\n?", re.DOTALL
)


async def believe_authorities(home: Path, extra: str) -> None:
    """Let a browser whose home is ``home`` believe the authorities of the file ``extra`` (PEM).

    Chromium takes further ones from NSS's database alone. Raises ``BrowserUnavailable``.
    """
    if not extra:
        return
    folder = home / DATABASE
    folder.mkdir(parents=True, exist_ok=True)
    database = ("-d", f"sql:{folder}")
    await _run("-N", *database, "--empty-password")
    pems = _CERTIFICATE.findall(Path(extra).read_bytes())  # noqa: ASYNC240 - a small file, once a browser
    for number, pem in enumerate(pems):
        await _run("-A", *database, "-n", f"own-{number}", "-t", "C,,", "-a", text=pem)


async def _run(*words: str, text: bytes = b"") -> None:
    try:
        program = await asyncio.create_subprocess_exec(
            PROGRAM,
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise BrowserUnavailable(MISSING) from error
    async with asyncio.timeout(SECONDS):
        await program.communicate(text)
    if program.returncode:
        raise BrowserUnavailable("The authorities of EXTRA_CA_CERTS can't be given to the browser.")


class CertificateChecks:
    """Lets a page go on at hosts whose certificate is not looked at.

    The browser asks about each certificate that it can't verify; all others stay refused.
    """

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._refused: set[str] = set()

    async def attach(
        self, session: CDPSession, spawn: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        """Answer for the page of ``session``; its answers run as ``spawn`` runs them."""
        if not self._trust.insecure_hosts:
            return
        session.on("Security.certificateError", lambda asked: spawn(self._answer(session, asked)))
        await session.send("Security.enable")
        await session.send("Security.setOverrideCertificateErrors", {"override": True})

    async def _answer(self, session: CDPSession, asked: dict[str, Any]) -> None:
        url = asked["requestURL"]
        verified = self._trust.verifies(urlsplit(url).hostname or "")
        if verified:
            self._refused.add(url)
        answer = {"eventId": asked["eventId"], "action": "cancel" if verified else "continue"}
        with contextlib.suppress(Error):  # the page has ended meanwhile
            await session.send("Security.handleCertificateError", answer)

    def refused(self, message: str) -> bool:
        """Whether what the browser says in ``message`` is about a URL that was refused for this."""
        return any(url in message for url in self._refused)
