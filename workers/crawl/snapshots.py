"""Records of a page that a browser scrolled or clicked: each once, in order, as seen last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workers.crawl.sameness import Seen, paired
from workers.extraction.page import Link, PageContent


@dataclass(slots=True)
class _Entry:
    """A record as it was seen last, with its links, and when that was."""

    seen: Seen
    links: tuple[Link, ...]
    look: int


def merge(contents: Sequence[PageContent]) -> PageContent:
    """Join the contents of one page's snapshots, in the order in which they were taken.

    The order is that of the last snapshot that shows a record; one that has left the page stays
    behind the record that it followed.
    """
    if len(contents) == 1:
        return contents[0]
    entries: list[_Entry] = []
    following: tuple[str, ...] = ()
    for look, content in enumerate(contents):
        found = _entries(content, look)
        entries = _joined(entries, found) if found else entries
        following = content.next_urls or following
    return PageContent(
        records=tuple(entry.seen.record for entry in entries),
        links=tuple(
            replace(link, record=number)
            for number, entry in enumerate(entries)
            for link in entry.links
        ),
        next_urls=following,
    )


def _entries(content: PageContent, look: int) -> list[_Entry]:
    links: dict[int, list[Link]] = {}
    for link in content.links:
        links.setdefault(link.record, []).append(link)
    blocks = content.blocks or (None,) * len(content.records)
    return [
        _Entry(Seen(record, block), tuple(links.get(number, ())), look)
        for number, (record, block) in enumerate(zip(content.records, blocks, strict=True))
    ]


def _joined(old: list[_Entry], new: list[_Entry]) -> list[_Entry]:
    """Return all records after another look."""
    last = max((entry.look for entry in old), default=0)
    shown = [entry.look == last for entry in old]
    pairs = paired([entry.seen for entry in old], [entry.seen for entry in new], shown)
    return _ordered(old, new, pairs)


def _ordered(old: list[_Entry], new: list[_Entry], pairs: Mapping[int, int]) -> list[_Entry]:
    """Return ``new`` in its order, and what has left the page where it stood."""
    again = {before: after for after, before in pairs.items()}
    left: dict[int | None, list[_Entry]] = {}
    anchor: int | None = None
    for number, entry in enumerate(old):
        if number in again:
            anchor = again[number]
        else:
            left.setdefault(anchor, []).append(entry)
    joined = left.get(None, [])
    for number, entry in enumerate(new):
        joined += (entry, *left.get(number, ()))
    return joined
