"""Whether the one who called still waits for the answer."""

from __future__ import annotations

import socket

from flask import request


def gone() -> bool:
    """Look at the call's connection; where the server does not show it, nobody is gone.

    The call has been read to its end, so that an end of input means that the caller hung up. What
    waits there besides is his next call, and stays unread.
    """
    line = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if not isinstance(line, socket.socket):
        return False
    try:
        return line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, InterruptedError):
        return False
    except ValueError:
        return False  # TLS in the server itself: its records can't be peeked into
    except OSError:
        return True
