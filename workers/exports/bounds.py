"""A pool whose every exchange ends: in time, and with an answer of bounded length."""

from __future__ import annotations

from typing import Any

import urllib3

from workers.exports.wire import ANSWER_BYTES, CALL_TIMEOUT
from workers.net.session import OpenConnections


class BoundedPool(urllib3.PoolManager):
    """For the S3 client, which reads whatever it is sent; users say who that is."""

    def __init__(self, connections: OpenConnections, **options: Any) -> None:  # noqa: ANN401 - urllib3's own
        super().__init__(**options)
        self._connections = connections

    def urlopen(  # type: ignore[override]  # all that comes back is an answer that was read
        self,
        method: str,
        url: str,
        **more: Any,  # noqa: ANN401 - as above
    ) -> urllib3.HTTPResponse:
        """Make a request and return its whole answer; ``TimeoutError`` when that takes too long.

        An answer that is too long is cut off, and so no valid one; it is not decoded, for what is
        short when packed may be long.
        """
        with self._connections.cut_after(CALL_TIMEOUT):
            answer = super().urlopen(method, url, **{**more, "preload_content": False})
            body = answer.read(ANSWER_BYTES, decode_content=False)
            answer.close()
        if self._connections.is_cut:  # what was read until then may look like a whole answer
            raise TimeoutError
        return urllib3.HTTPResponse(
            body=body, headers=answer.headers, status=answer.status, reason=answer.reason
        )
