"""Records of a page that a browser scrolled or clicked: each once, in order, also when recycled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workers.extraction.page import PageContent


def merge(contents: Sequence[PageContent]) -> PageContent:
    """Join the contents of one page's snapshots, in the order in which they were taken."""
    joined = contents[0]
    for content in contents[1:]:
        joined = _append(joined, content)
    return joined


def _append(before: PageContent, after: PageContent) -> PageContent:
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


def _overlap(before: Sequence[object], after: Sequence[object]) -> int:
    """Return how many records at the start of ``after`` stand at the end of ``before``.

    A list that only grew holds all that was before; one that recycles its elements holds a part.
    """
    for size in range(min(len(before), len(after)), 0, -1):
        if before[len(before) - size :] == after[:size]:
            return size
    return 0
