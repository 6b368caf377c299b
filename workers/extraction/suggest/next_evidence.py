"""What speaks for a link to be that to the next page, and what against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final
from urllib.parse import unquote, urldefrag, urlsplit

from workers.extraction.suggest.current_page import current_page
from workers.extraction.suggest.next_words import (
    ARROWS,
    LAST_ARROWS,
    LEFT_ARROWS,
    MORE,
    NEXT,
    OLDER,
    OTHER,
    PREVIOUS,
)
from workers.extraction.suggest.outline import Outline
from workers.extraction.suggest.page_links import PageLink, has_name, is_within, numbers_among
from workers.extraction.urls import is_http

_PAGER: Final = re.compile(
    r"pag(?:e|in|er|ing)|seit|nav-?links|listnav|(?:^|[^a-z])pages?(?:$|[^a-z])", re.IGNORECASE
)
_NEXT_NAME: Final = re.compile(
    r"(?:^|[^a-z])(?:next|nxt|older|weiter|suivant|siguiente)(?:$|[^a-z])"
    r"|next(?=[A-Z_-]|page|link|btn|button)|(?<=[a-z])Next",
    re.IGNORECASE,
)
_PAGED: Final = re.compile(
    r"""[?&;/_-](?:currentpage|from|limitstart|offset|p|page|page_?n(?:o|um|umber)?|paged|pagen_\d+
        |pagina|pg|pn|s|seite|side|sida|skip|st|start|strana)[=/_-]?\d
      | /p\d | page[=/-]?\d | -\d+(?:\.html?)?/?$""",
    re.IGNORECASE | re.VERBOSE,
)
"""A number of a page in a path or a query."""

_CALENDAR: Final = re.compile(
    r"calend|(?:^|[^a-z])(?:date|day|month|week|year)s?(?:$|[^a-z])", re.IGNORECASE
)
_WORDS: Final = re.compile(r"[^\W\d_]+")
_EDGES: Final = re.compile(r"^[\s\W\d_]+|[\s\W\d_]+$")
_NEXT_WORDS: Final = frozenset({"next", "older"})
_FEW_WORDS: Final = 4
_ASIDE: Final = ("alt", "aria-label", "title", "value")
_LONGEST_ASIDE: Final = 60  # characters
_LONGEST: Final = 40  # characters of a link to the next page
_LONGEST_URL: Final = 1_000  # characters that are read
_INSIDE: Final = 8  # elements of a link
_NEIGHBOURS: Final = 12  # links
_BESIDE: Final = 60  # elements
_MOST_TARGETS: Final = 2
"""A pager's arrow leads to one page, at its top and at its bottom."""


class LinkEvidence:
    """Weighs the links of one page; the weights are those that the documentation lists."""

    def __init__(self, outline: Outline, links: Sequence[PageLink]) -> None:
        self._outline = outline
        self._links = links
        self._own = urldefrag(outline.tree.url).url
        self._parts = urlsplit(self._own)

    def score(self, index: int) -> float:
        """Return what the link of that index is worth."""
        link = self._links[index]
        speaking = self._speaking(index, link)
        if speaking <= 0:
            return 0.0
        around = 1.5 * is_within(self._outline, link.element, _PAGER)
        around += 1.5 * bool(numbers_among(self._links[max(0, index - _NEIGHBOURS) : index]))
        around += 1.0 * (_PAGED.search(unquote(_behind_host(link.url[:_LONGEST_URL]))) is not None)
        around += 0.5 * self._is_same_section(link.url)
        late = 0.2 * index / len(self._links)
        return speaking + around + late - self._against(link)

    def _speaking(self, index: int, link: PageLink) -> float:
        """Return what the link itself says: without it nothing around it counts."""
        said = max(says(link.text), self._says_aside(link))
        score = said + 6 * ("next" in link.said_by("rel").split())
        is_silent = bool(said) or link.number is not None or not any(map(str.isalpha, link.text))
        score += self._named(link.element) * (1 if is_silent else 0.5)
        return score + 3 * self._is_following_number(index, link)

    def _says_aside(self, link: PageLink) -> float:
        """As ``says``, of what is said beside the text: titles, labels, pictures."""
        outline = self._outline
        best = 0.0
        for number in range(link.element, min(outline.ends[link.element], link.element + _INSIDE)):
            for name in _ASIDE:
                value = outline.attributes[number].get(name)
                if value and len(value) <= _LONGEST_ASIDE:
                    best = max(best, min(3.0, says(value)))
        return best

    def _named(self, element: int) -> float:
        """Return what names are worth: of the link, of what is in it, or just around it."""
        outline = self._outline
        if has_name(outline, element, _NEXT_NAME):
            return 2.5
        parent = outline.parents[element]
        near = [one for one in (parent, *outline.children[element][:3]) if one > 0]
        if not any(has_name(outline, one, _NEXT_NAME) for one in near):
            return 0.0
        inside = range(parent, min(outline.ends[parent], parent + _BESIDE))
        links = sum(outline.tags[one] == "a" for one in inside)
        return 2.0 if links <= 2 else 0.0  # noqa: PLR2004 - its own name, not that of a whole bar

    def _is_following_number(self, index: int, link: PageLink) -> bool:
        """Whether a bare number is that of the page behind this one."""
        number = link.number
        if number is None:
            return False
        around = self._links[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]
        near = [other for other in around if other.number is not None]
        if len(near) == 1 and not is_within(self._outline, link.element, _PAGER):
            return False
        current = current_page(self._outline, link, near)
        return current is not None and number == current + 1

    def _is_same_section(self, url: str) -> bool:
        mine, other = self._parts.path.split("/"), urlsplit(url).path.split("/")
        return len(mine) > 1 and len(other) > 1 and mine[1] == other[1]

    def _against(self, link: PageLink) -> float:
        lower = link.text.casefold()
        bare = _EDGES.sub("", lower)
        clear = bare in NEXT or bare in OLDER
        titles = f"{link.said_by('title')} {link.said_by('rel')}"
        score = self._target(link) + 3 * _is_of_other(titles) + 3 * (len(link.text) > _LONGEST)
        if not clear:
            back = lower.strip() in LEFT_ARROWS or any(w in f"{lower} {titles}" for w in PREVIOUS)
            other = any(word.rstrip("s") in OTHER for word in _WORDS.findall(lower))
            score += 4 * back + 3 * other
            score += 3 * is_within(self._outline, link.element, _CALENDAR)
        if link.number is None and self._targets.get(link.text, 0) > _MOST_TARGETS:
            score += 3
        return score + 0.9 * self._is_last_arrow(link)

    def _target(self, link: PageLink) -> float:
        """Return what speaks against a link by where it leads."""
        if not is_http(link.url) or link.href.startswith("#"):
            return 4.0
        other_host = 3.0 * (_site(urlsplit(link.url).netloc) != _site(self._parts.netloc))
        return other_host + 2.0 * (urldefrag(link.url).url == self._own)

    def _is_last_arrow(self, link: PageLink) -> bool:
        """Whether a double arrow stands beside a single one, which leads to the next page."""
        if link.text.strip() not in LAST_ARROWS:
            return False
        return any(
            other.text.strip() in {">", "›"} and abs(other.element - link.element) < _BESIDE
            for other in self._links
        )

    @cached_property
    def _targets(self) -> dict[str, int]:
        """How many different pages the links of one text lead to."""
        found: dict[str, set[str]] = {}
        for link in self._links:
            found.setdefault(link.text, set()).add(link.href)
        return {text: len(targets) for text, targets in found.items()}


def says(text: str) -> float:
    """Return what the words or the arrow of a link are worth."""
    lower = " ".join(text.casefold().split())
    if lower in ARROWS:
        return 3.0
    bare = _EDGES.sub("", lower)
    if bare in NEXT or bare in OLDER:
        return 4.0
    if bare in MORE:
        return 2.0
    words = _WORDS.findall(bare)
    leads = bool(words) and (words[0] in _NEXT_WORDS or " ".join(words[:2]) in NEXT)
    return 3.0 if leads and len(words) <= _FEW_WORDS else 0.0


def _is_of_other(text: str) -> bool:
    """Whether a title says ``next month``, or of what else it is the next."""
    words = _WORDS.findall(text)
    return any(word == "next" and after.rstrip("s") in OTHER for word, after in pairwise(words))


def _behind_host(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="").geturl()


def _site(host: str) -> str:
    return host.lower().removeprefix("www.").partition(":")[0]
