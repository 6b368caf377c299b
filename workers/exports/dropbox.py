"""Export to Dropbox (https://www.dropbox.com/developers/documentation/http/documentation)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

from workers.errors import ExportFailed
from workers.exports.base import ExportFile
from workers.exports.wire import Wire, joined, pieces
from workers.net.client import HttpAnswer
from workers.net.guard import parse_networks

PIECE = 8 * 1024 * 1024  # bytes; sessions want multiples of 4 MiB, and one call takes 150 MB


class DropboxExport:
    """Puts the file into a folder of a Dropbox; one longer than a piece in an upload session."""

    CONTENT: ClassVar[str] = "https://content.dropboxapi.com/2"
    TOKEN_URL: ClassVar[str] = "https://api.dropboxapi.com/oauth2/token"  # noqa: S105 - an address

    def __init__(self, options: Mapping[str, str], allowed_networks: tuple[str, ...]) -> None:
        self._options = options
        self._wire = Wire("Dropbox", parse_networks(allowed_networks))

    def send(self, file: ExportFile) -> str:
        """Upload the file, in place of one of its name, and return its path."""
        path = "/" + joined(self._options.get("folder", ""), file.name)
        token = self._token()
        commit = {"path": path, "mode": "overwrite", "mute": True}
        session = ""
        for offset, piece, last in pieces(file, PIECE):
            if offset == 0 and last:
                self._content(token, "upload", commit, piece)
            elif offset == 0:
                session = self._start(token, piece)
            else:
                cursor = {"session_id": session, "offset": offset}
                ending = {"cursor": cursor, "commit": commit} if last else {"cursor": cursor}
                verb = "upload_session/finish" if last else "upload_session/append_v2"
                self._content(token, verb, ending, piece)
        return f"dropbox:{path}"

    def _token(self) -> str:
        """Return the given access token, or a fresh one for the refresh token."""
        options = self._options
        if "access_token" in options:
            return options["access_token"]
        form = {
            "grant_type": "refresh_token",
            "refresh_token": options["refresh_token"],
            "client_id": options["app_key"],
            "client_secret": options["app_secret"],
        }
        return self._wire.token(self.TOKEN_URL, urlencode(form).encode())

    def _start(self, token: str, piece: bytes) -> str:
        answer = self._content(token, "upload_session/start", {"close": False}, piece)
        session = self._wire.json(answer).get("session_id")
        if not isinstance(session, str):
            raise ExportFailed("Dropbox opened no upload session.")
        return session

    def _content(
        self, token: str, verb: str, argument: Mapping[str, object], data: bytes
    ) -> HttpAnswer:
        """Call a content endpoint: its argument travels in a header, escaped to ASCII."""
        return self._wire.call(
            "POST",
            f"{self.CONTENT}/files/{verb}",
            headers={
                "Authorization": f"Bearer {token}",
                "Dropbox-API-Arg": json.dumps(argument).replace("\x7f", "\\u007f"),
                "Content-Type": "application/octet-stream",
            },
            data=data,
        )
