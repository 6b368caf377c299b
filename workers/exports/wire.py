"""What the members of the family share: calls with one deadline, faults told without secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from workers.errors import AddressRefused, BadUrl, ExportFailed, FetchError, TlsFailed
from workers.exports.base import ExportFile
from workers.net.client import Call, HttpAnswer, send
from workers.net.guard import Networks
from workers.storage.stream import ChunkReader

CALL_TIMEOUT = 120.0  # seconds for one call, a chunk of a file included
ANSWER_BYTES = 262_144  # of an answer that are read
PASSING = frozenset({408, 409, 423, 425, 429})
SERVER_FAULT = 500
LASTING = (AddressRefused, BadUrl, TlsFailed)
_REASON = re.compile(r"[A-Za-z][\w ./:-]{2,120}")


class Wire:
    """Calls to one vendor, named in every message."""

    def __init__(self, vendor: str, networks: Networks) -> None:
        self._vendor, self._networks = vendor, networks

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        data: bytes = b"",
        expected: tuple[int, ...] = (200, 201),
    ) -> HttpAnswer:
        """Make a call; raises ``ExportFailed`` unless its status is an expected one."""
        call = Call(
            method=method,
            url=url,
            headers=headers,
            data=data,
            timeout=CALL_TIMEOUT,
            max_bytes=ANSWER_BYTES,
        )
        try:
            answer = send(call, self._networks)
        except FetchError as error:
            again = not isinstance(error, LASTING)
            raise ExportFailed(f"{self._vendor}: {error.message}", again=again) from error
        if answer.status not in expected:
            raise self.refused(answer)
        return answer

    def refused(self, answer: HttpAnswer) -> ExportFailed:
        """Return the error for an answer; 5xx and a few of 4xx pass, the others need a person."""
        again = answer.status >= SERVER_FAULT or answer.status in PASSING
        reason = _reason(answer.body)
        return ExportFailed(f"{self._vendor} answered {answer.status}{reason}.", again=again)

    def json(self, answer: HttpAnswer) -> Mapping[str, Any]:
        """Return the object that an answer holds."""
        try:
            value = json.loads(answer.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ExportFailed(f"{self._vendor} answered with something that is no JSON object.")
        return value

    def token(self, url: str, form: bytes) -> str:
        """Ask an OAuth 2 token endpoint (RFC 6749, section 5) for an access token."""
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.json(self.call("POST", url, headers=form_type, data=form))
        token = answer.get("access_token")
        if not isinstance(token, str) or not token.isprintable():
            raise ExportFailed(f"{self._vendor} gave no access token.")
        return token


def _reason(body: bytes) -> str:
    """Return the vendor's code or words for a fault, if they look like some; never a whole body."""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    for name in ("error_summary", "error", "code", "status", "message"):
        value = found.get(name) if isinstance(found, dict) else None
        if isinstance(value, dict):
            value = value.get("status") or value.get("code") or value.get(".tag")
        if isinstance(value, str) and _REASON.fullmatch(value):
            return f" ({value})"
    return ""


def pieces(file: ExportFile, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the file as (offset, bytes, whether it is the last), each of ``size`` but the last.

    An empty file is one empty piece. Raises ``ExportFailed`` when the file has not its size.
    """
    reader, offset = ChunkReader(file.read()), 0
    while True:
        piece = reader.read(size)
        last = offset + len(piece) >= file.size
        if offset + len(piece) > file.size or (not last and len(piece) < size):
            raise ExportFailed("The file changed while it was sent.")
        yield offset, piece, last
        if last:
            return
        offset += len(piece)


def joined(folder: str, name: str) -> str:
    """Return the path of ``name`` in ``folder``, without slashes at either end."""
    return "/".join(part for part in (*folder.split("/"), name) if part)
