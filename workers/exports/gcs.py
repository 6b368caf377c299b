"""Export to Google Cloud Storage, with an HMAC key or a service account.

HMAC keys speak S3 (https://cloud.google.com/storage/docs/interoperability); a service account
signs a JWT (RFC 7523) and uploads resumably
(https://cloud.google.com/storage/docs/performing-resumable-uploads).
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from workers.errors import ExportFailed
from workers.exports.base import ExportFile
from workers.exports.s3 import S3Export
from workers.exports.wire import Wire, joined, pieces
from workers.net.guard import parse_networks

PIECE = 32 * 256 * 1024  # bytes; the API wants multiples of 256 KiB
GOES_ON = 308  # 'Resume Incomplete': the answer to every piece but the last
TOKEN_SECONDS = 3600
SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class GcsExport(S3Export):
    """Puts the file into a bucket of Google's."""

    vendor = "Google Cloud Storage"
    scheme = "gs"
    API: ClassVar[str] = "https://storage.googleapis.com"
    TOKEN_URL: ClassVar[str] = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

    def __init__(self, options: Mapping[str, str], allowed_networks: tuple[str, ...]) -> None:
        super().__init__(options, allowed_networks)
        self._wire = Wire(self.vendor, parse_networks(allowed_networks))

    def endpoint(self) -> str:
        """Return Google's address; it is not the user's to choose."""
        return self.API

    def region(self) -> str | None:
        """Return what Google's signatures take for any region."""
        return "auto"

    def send(self, file: ExportFile) -> str:
        """Upload the file and return its ``gs://`` address."""
        if "service_account" not in self._options:
            return super().send(file)
        bucket = self._options["bucket"]
        key = joined(self._options.get("folder", ""), file.name)
        session = self._open(bucket, key, file)
        for offset, piece, last in pieces(file, PIECE):
            end = offset + len(piece) - 1
            span = f"{offset}-{end}/{file.size}" if piece else f"*/{file.size}"
            self._wire.call(
                "PUT",
                session,
                headers={"Content-Range": f"bytes {span}"},
                data=piece,
                expected=(200, 201) if last else (GOES_ON,),
            )
        return f"gs://{bucket}/{key}"

    def _open(self, bucket: str, key: str, file: ExportFile) -> str:
        """Start a resumable upload and return its address."""
        token = self._wire.token(self.TOKEN_URL, self._assertion())
        query = urlencode({"uploadType": "resumable", "name": key})
        answer = self._wire.call(
            "POST",
            f"{self.API}/upload/storage/v1/b/{quote(bucket, safe='')}/o?{query}",
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                "X-Upload-Content-Type": file.content_type,
                "X-Upload-Content-Length": str(file.size),
            },
            data=json.dumps({"contentType": file.content_type}).encode(),
        )
        if not answer.headers.get("location"):
            raise ExportFailed(f"{self.vendor} opened no upload.")
        return answer.headers["location"]

    def _assertion(self) -> bytes:
        """Return the form that a service account asks for a token with."""
        try:
            account = json.loads(self._options["service_account"])
            key = load_pem_private_key(account["private_key"].encode(), password=None)
            issuer = str(account["client_email"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ExportFailed("The service account's JSON can't be used.", again=False) from error
        if not isinstance(key, RSAPrivateKey):
            raise ExportFailed("The service account's key is no RSA key.", again=False)
        now = int(time.time())
        claims = {
            "iss": issuer,
            "scope": SCOPE,
            "aud": self.TOKEN_URL,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }
        signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
        signature = key.sign(signed.encode(), PKCS1v15(), SHA256())
        return urlencode(
            {"grant_type": GRANT, "assertion": f"{signed}.{_base64(signature)}"}
        ).encode()


def _part(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value).encode())


def _base64(raw: bytes) -> str:
    """Return base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
