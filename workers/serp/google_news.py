"""Google's news: the ``tbm=nws`` results, rendered or without scripts, and news.google.com."""

from __future__ import annotations

import base64
import binascii
import json
import re

from workers.extraction.urls import absolute, is_http
from workers.serp.base import Record
from workers.serp.dom import Node, Tree, attr, every, first, lines_of, text_of
from workers.serp.forms.dates import is_age, is_date
from workers.serp.found import Found, once, record
from workers.serp.google import read_web
from workers.serp.google_common import external
from workers.serp.google_kind import GoogleKind
from workers.serp.shown import shown_site

_STORY = "article, div[jslog][data-n-tid][jsdata]"
_TARGET = re.compile(r"\b5:([\w+/=-]+)")
_FEWEST = 2  # lines of a story: its source and its title


class GoogleNews(GoogleKind):
    """Paged by ``start``; news.google.com shows all that it has at once."""

    tbm = "nws"

    def find(self, tree: Tree, url: str) -> Found:
        """Return the organic results."""
        return _read(tree, url)


def _read(tree: Tree, url: str) -> Found:
    for layout, reader in (("site", _site), ("tab", _tab), ("basic", _basic)):
        organic = once(reader(tree, url))
        if organic:
            return Found(layout=layout, organic=organic)
    return Found(layout="")


def _site(tree: Tree, url: str) -> list[Record]:
    """Read news.google.com: a story's link is its own, the target stands in ``jslog``."""
    found = []
    for story in every(tree, _STORY):
        links = every(story, "a[href*='read/'], a[href*='articles/']")
        titled = next((link for link in links if text_of(link)), None)
        title = text_of(story.css_first("h4, h3")) or text_of(titled)
        if not links or not title:
            continue
        time = story.css_first("time")
        times = (attr(time, "datetime"), text_of(time))
        ages = times if not times[0].startswith("P") else ()  # PT5M is how long, not when
        published = next(filter(is_date, times), "") or next(filter(is_age, ages), "")
        found.append(
            record(
                title=title,
                url=_logged(story) or absolute(url, attr(links[0], "href")),
                source=text_of(first(story, ".vr1PYe", "[data-n-tid='9']")),
                published=published,
            )
        )
    return found


def _logged(story: Node) -> str | None:
    """Return the target that a story's links report when they are clicked."""
    for node in (story, *story.css("[jslog]")):
        match = _TARGET.search(attr(node, "jslog"))
        values = _decoded(match[1]) if match else None
        if isinstance(values, list) and values:
            last = values[-1]
            if isinstance(last, str) and is_http(last):
                return last
    return None


def _decoded(code: str) -> object:
    plain = code.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return json.loads(base64.b64decode(plain + "=" * (-len(plain) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None


def _tab(tree: Tree, url: str) -> list[Record]:
    """Read the rendered results: a link around the source, the title, the snippet, the date."""
    found = []
    framed = tree.css_first("#rso, #search") is not None
    for link in every(tree, "#rso a[href], #search a[href]" if framed else "a[href]"):
        heading = link.css_first("[role=heading]")
        target = external(url, link)
        if target is None or (heading is None and link.css_first("img") is None):
            continue
        if (entry := _story(link, heading, target)) is not None:
            found.append(entry)
    return found


def _story(link: Node, heading: Node | None, target: str) -> Record | None:
    """Return the story; its parts are told by their order, for that outlives their classes."""
    lines = [line for line in lines_of(link) if len(line) > 1]
    title = text_of(heading) or (lines[1] if len(lines) > _FEWEST else "")
    if not title or title not in lines or (heading is None and len(lines) <= _FEWEST):
        return None
    place = lines.index(title)
    dates = [line for line in (*lines[place + 1 :], *lines[:place]) if is_date(line)]
    if not dates and place < len(lines) - 1 and is_age(lines[-1]):
        dates = lines[-1:]  # where the date stands; it needs no word for "ago" there
    before = [line for line in lines[:place] if line not in dates]
    after = [line for line in lines[place + 1 :] if line not in dates]
    return record(
        title=title,
        url=target,
        source=before[-1] if before else "",
        snippet=after[0] if after else "",
        published=dates[-1] if dates else "",
    )


def _basic(tree: Tree, url: str) -> list[Record]:
    """Read the page without scripts, which is laid out as that of the web results."""
    renamed = []
    for entry in read_web(tree, url, shown_site).organic:
        source = entry.pop("displayUrl", "")
        renamed.append(entry | ({"source": source} if source else {}))
    return renamed
