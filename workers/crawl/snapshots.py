"""Records of a page that a browser scrolled or clicked: each once, in order, also when recycled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workers.extraction.page import PageContent


def merge(contents: Sequence[PageContent]) -> PageContent:
    """Join the contents of one page's snapshots, in the order in which they were taken."""
    joined = contents[0]
    for content in contents[1:]:
        joined = _append(joined, content)
    return joined


def _append(before: PageContent, after: PageContent) -> PageContent:
    if _grew(before.records, after.records):
        return replace(after, next_urls=after.next_urls or before.next_urls)
    shared = _overlap(before.records, after.records)
    shift = len(before.records) - shared
    return PageContent(
        records=(*before.records, *after.records[shared:]),
        links=(
            *before.links,
            *(
                replace(link, record=link.record + shift)
                for link in after.links
                if link.record >= shared
            ),
        ),
        next_urls=after.next_urls or before.next_urls,
    )


def _grew(before: Sequence[Mapping[str, object]], after: Sequence[Mapping[str, object]]) -> bool:
    """Whether ``after`` holds every record of ``before``, at its place, with more in it or not.

    A block that is the whole list, rather than one of its items, is one record that grows.
    """
    return len(before) <= len(after) and all(map(_holds, after, before))


def _holds(new: Mapping[str, object], old: Mapping[str, object]) -> bool:
    return all(
        _values(new.get(key))[: len(_values(value))] == _values(value) for key, value in old.items()
    )


def _values(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _overlap(before: Sequence[object], after: Sequence[object]) -> int:
    """Return how many records at the start of ``after`` stand at the end of ``before``.

    A list that only grew holds all that was before; one that recycles its elements holds a part.
    """
    for size in range(min(len(before), len(after)), 0, -1):
        if before[len(before) - size :] == after[:size]:
            return size
    return 0
