"""Export to Microsoft OneDrive, through Graph.

https://learn.microsoft.com/graph/api/driveitem-createuploadsession
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, urlencode

from workers.errors import ExportFailed
from workers.exports.base import ExportFile
from workers.exports.wire import Wire, joined, pieces
from workers.net.guard import parse_networks

PIECE = 16 * 320 * 1024  # bytes; Graph wants multiples of 320 KiB
SCOPE = "https://graph.microsoft.com/Files.ReadWrite offline_access"
ACCEPTED = 202  # the answer to every piece but the last
_FORBIDDEN = re.compile(r'["*:<>?\\|\x00-\x1f]')


class OneDriveExport:
    """Puts the file into a folder of a OneDrive; one longer than a piece in an upload session."""

    GRAPH: ClassVar[str] = "https://graph.microsoft.com/v1.0"
    TOKEN_URL: ClassVar[str] = "https://login.microsoftonline.com/common/oauth2/v2.0/token"  # noqa: S105 - an address

    def __init__(self, options: Mapping[str, str], allowed_networks: tuple[str, ...]) -> None:
        self._options = options
        self._wire = Wire("OneDrive", parse_networks(allowed_networks))

    def send(self, file: ExportFile) -> str:
        """Upload the file, in place of one of its name, and return its path.

        OneDrive takes no colon in a name: our file names get a hyphen in its place.
        """
        path = _FORBIDDEN.sub("-", joined(self._options.get("folder", ""), file.name))
        token, session = self._token(), ""
        for offset, piece, last in pieces(file, PIECE):
            if offset == 0 and last:
                self._put(token, path, file.content_type, piece)
                break
            session = session or self._open(token, path)
            end = offset + len(piece) - 1
            # Graph refuses an upload whose address, which is a secret itself, comes with a token.
            self._wire.call(
                "PUT",
                session,
                headers={"Content-Range": f"bytes {offset}-{end}/{file.size}"},
                data=piece,
                expected=(200, 201) if last else (ACCEPTED,),
            )
        return f"onedrive:/{path}"

    def _token(self) -> str:
        """Return the given access token, or a fresh one for the refresh token."""
        options = self._options
        if "access_token" in options:
            return options["access_token"]
        form = {
            "grant_type": "refresh_token",
            "refresh_token": options["refresh_token"],
            "client_id": options["client_id"],
            "client_secret": options["client_secret"],
            "scope": SCOPE,
        }
        return self._wire.token(self.TOKEN_URL, urlencode(form).encode())

    def _item(self, path: str) -> str:
        return f"{self.GRAPH}/me/drive/root:/{quote(path)}:"

    def _put(self, token: str, path: str, content_type: str, data: bytes) -> None:
        self._wire.call(
            "PUT",
            f"{self._item(path)}/content",
            headers={"Authorization": f"Bearer {token}", "Content-Type": content_type},
            data=data,
        )

    def _open(self, token: str, path: str) -> str:
        """Open an upload session and return its address."""
        item = {"item": {"@microsoft.graph.conflictBehavior": "replace"}}
        answer = self._wire.call(
            "POST",
            f"{self._item(path)}/createUploadSession",
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            data=json.dumps(item).encode(),
        )
        session = self._wire.json(answer).get("uploadUrl")
        if not isinstance(session, str):
            raise ExportFailed("OneDrive opened no upload session.")
        return session
