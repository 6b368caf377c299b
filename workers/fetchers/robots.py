"""Reads robots.txt as RFC 9309 says (pure; asking for it is the crawl's part).

Which lines are ours is decided here: protego takes the beginning of a name for the whole. What
they say of a URL (wildcards, percent-encoding, the longest match) is protego's part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import ada_url
from protego import Protego

from workers.errors import BadUrl

PARSED_BYTES = 500 * 1024
"""What is read of a robots.txt: RFC 9309, 2.5 asks for at least 500 KiB. What follows is left."""

MAX_LINE = 4096  # characters; a longer line holds no rule that a person wrote
MAX_DELAY = 60.0  # seconds of a Crawl-delay that are kept; more is a way to say no, and not ours

CACHE_SECONDS = 3600.0  # how long an answer may be kept (RFC 9309, 2.4: at most a day)
CACHE_FAULT_SECONDS = 30.0  # how long a server's fault may forbid the site before it is asked again
UNREACHABLE = 0
"""Stands in the place of a status where no answer came at all."""

_CLIENT_FAULTS = range(400, 500)
_SUCCESSES = range(200, 300)
_REDIRECTS = range(300, 400)

_LINE_END = re.compile(r"\r\n?|\n")
_RECORD = re.compile(
    r"\s*(user[- ]?agent|allow|dis+al+ow|diasllow|disallaw|crawl[- ]?delay)(?:\s*:|\s)(.*)",
    re.IGNORECASE,
)
"""Records that mean something here, with the slips that Google's parser takes too: no colon, no
hyphen, misspelt. All others, known to somebody or not, part no groups (RFC 9309, 2.2.4)."""

_KINDS = {"u": "agent", "a": "allow", "d": "disallow", "c": "delay"}
"""The first letter of a record's field → its kind."""

_TOKEN = re.compile(r"[A-Za-z_-]+")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}", re.ASCII)
_OTHER_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What Python, and so protego, takes for the end of a line, and robots.txt does not."""


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
        self._parsed: dict[str, tuple[Protego, float]] = {}

    def allows(self, url: str, agent: str) -> bool:
        """Whether ``agent`` (a product token, such as ``Gristmill``) may fetch ``url``."""
        if self._text is None:
            return self._otherwise
        parsed = self._parsed.get(agent) or self._parse(agent, self._text)
        return bool(parsed[0].can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Return the seconds between two requests that the site asks ``agent`` for; 0 for none."""
        if self._text is None:
            return 0.0
        return (self._parsed.get(agent) or self._parse(agent, self._text))[1]

    def _parse(self, agent: str, text: str) -> tuple[Protego, float]:
        rules, delay = _for_agent(text, agent)
        parsed = self._parsed[agent] = Protego.parse("\n".join(["User-agent: *", *rules])), delay
        return parsed


def parse(status: int, body: bytes) -> Rules:
    """Return the rules that the answer to a request for robots.txt stands for.

    2xx: its text, as far as ``PARSED_BYTES``. 4xx, and a redirect that leads nowhere: everything is
    allowed (RFC 9309, 2.3.1.2 and 2.3.1.3). 5xx: nothing is, for as long as ``CACHE_FAULT_SECONDS``
    (2.3.1.4). 429 allows as any 4xx does: it speaks of this request, and the pages' own requests
    obey it.
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


def product_token(name: str) -> str:
    """Return the product token that ``name`` begins with, in lower case; empty if with none.

    RFC 9309, 2.2.1: letters, ``_`` and ``-``. What follows, as a version, is cut off. ``*`` is for
    everybody, alone or before a blank, as in Google's parser.
    """
    if name.split(maxsplit=1)[:1] == ["*"]:
        return "*"
    found = _TOKEN.match(name)
    return found[0].lower() if found else ""


def _for_agent(text: str, agent: str) -> tuple[list[str], float]:
    """Return the rules that ``agent`` has to keep, and its delay in seconds.

    Those of all groups with its name, or where there is none, of all groups for everybody. A group
    is one or more names and what follows up to the next name (RFC 9309, 2.2).
    """
    ours, everybody = product_token(agent), "*"
    rules: dict[str, list[str]] = {}
    delays: dict[str, float] = {}
    group: set[str] = set()
    in_names = False
    for kind, value in _records(text):
        if kind == "agent":
            group = group if in_names else set()
            name = product_token(value)
            if name and name in {ours, everybody}:
                group.add(name)
                rules.setdefault(name, [])
        elif kind != "delay":
            for name in group:
                rules[name].append(f"{kind}: {value}")
        elif _NUMBER.fullmatch(value):
            delays |= dict.fromkeys(group, min(MAX_DELAY, float(value)))
        in_names = kind == "agent"
    name = ours if ours in rules else everybody
    return rules.get(name, []), delays.get(name, 0.0)


def _records(text: str) -> Iterator[tuple[str, str]]:
    """Return kind and value of each record that means something here."""
    for line in _LINE_END.split(text):
        found = _RECORD.match(line.partition("#")[0]) if len(line) <= MAX_LINE else None
        if found is not None:
            value = _OTHER_LINE_ENDS.sub(lambda end: quote(end[0]), found[2].strip())
            yield _KINDS[found[1][0].lower()], value
