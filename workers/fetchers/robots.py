"""Reads robots.txt as RFC 9309 says (pure; asking for it is the crawl's part)."""

from __future__ import annotations

import re

import ada_url
from protego import Protego

from workers.errors import BadUrl

MAX_BYTES = 2 * 1024 * 1024
"""What is fetched at most of a robots.txt. A longer one fails as too long."""

PARSED_BYTES = 500 * 1024
"""What is read of it: RFC 9309, 2.5 asks for at least 500 KiB."""

MAX_LINE = 4096  # characters; a longer line holds no rule that a person wrote

CACHE_SECONDS = 3600.0  # how long an answer may be kept (RFC 9309, 2.4: at most a day)
CACHE_FAULT_SECONDS = 30.0  # how long a server's fault may forbid the site before it is asked again

_CLIENT_FAULTS = range(400, 500)
_SUCCESSES = range(200, 300)
_REDIRECTS = range(300, 400)
_AGENT = re.compile(r"\s*user[- ]?agent\s*:?\s*(.*)", re.IGNORECASE)


def robots_url(origin: str) -> str:
    """Return the robots.txt of the site that ``origin`` (or any URL on it) belongs to.

    Raises ``BadUrl`` if it is no URL.
    """
    try:
        return str(ada_url.join_url(origin, "/robots.txt"))
    except ValueError:
        raise BadUrl from None


class Rules:
    """What a site allows. Text is parsed when an agent is first asked about, and for it alone."""

    def __init__(self, text: str | None, *, otherwise: bool = True) -> None:
        self._text = text
        self._otherwise = otherwise
        self._parsed: dict[str, Protego] = {}

    def allows(self, url: str, agent: str) -> bool:
        """Whether ``agent`` (a product token, such as ``Gristmill``) may fetch ``url``."""
        if self._text is None:
            return self._otherwise
        parsed = self._parsed.get(agent)
        if parsed is None:
            parsed = self._parsed[agent] = Protego.parse(_for_agent(self._text, agent))
        return bool(parsed.can_fetch(url, agent))


def parse(status: int, body: bytes) -> Rules:
    """Return the rules that the answer to a request for robots.txt stands for.

    2xx: its text, as far as ``PARSED_BYTES``. 4xx, and a redirect that leads nowhere: everything is
    allowed (RFC 9309, 2.3.1.2 and 2.3.1.3). 5xx, and 0 for a server that can't be reached: nothing
    is, for as long as ``CACHE_FAULT_SECONDS`` (2.3.1.4). 429 allows as any 4xx does: it speaks of
    this request, and the pages' own requests obey it.
    """
    if status in _SUCCESSES:
        return Rules(_text(body))
    return Rules(None, otherwise=status in _CLIENT_FAULTS or status in _REDIRECTS)


def _text(body: bytes) -> str:
    whole = body[:PARSED_BYTES]
    if len(body) > PARSED_BYTES:
        # A rule cut in two would mean something else.
        whole = whole[: max(whole.rfind(b"\n"), whole.rfind(b"\r"), 0)]
    return whole.decode("utf-8-sig", "replace").replace("\x00", "")


def _for_agent(text: str, agent: str) -> str:
    """Return ``text`` with the groups of all other agents under one name.

    The parser keeps a rule once for each agent it is for. A hostile file of thousands of agents
    above thousands of rules would cost minutes; ours are the only groups that matter.
    """
    wanted = agent.lower()
    lines = []
    for line in text.splitlines():
        if len(line) > MAX_LINE:
            continue
        found = _AGENT.match(line)
        if found:
            name = found[1].partition("#")[0].strip().lower()
            mine = name and (name == "*" or name.replace("*", "") in wanted)
            lines.append(f"User-agent: {name if mine else '-'}")
        else:
            lines.append(line)
    return "\n".join(lines)
