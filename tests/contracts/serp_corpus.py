"""Saved results pages with what an engine must find on them, and how to compare the two."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ada_url import URL

from schemas.plan import Serp
from schemas.registry import SERP_ENGINES
from workers import plugins
from workers.serp.base import Record, SerpPage

VARIABLE = "GRISTMILL_SERP_CORPUS"
VERDICTS = {"results": "ok", "product_page": "ok", "no_results": "empty"}
"""Kinds of page whose verdict has another name."""

NUMBERS = {"next_start": "start", "next_first": "first", "next_pn": "pn", "next_p": "p"}
INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF])


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A saved page: its text, what it must give, and what is known of how it was saved."""

    engine: str
    name: str
    html: str
    expected: dict[str, Any]
    meta: dict[str, Any]

    @property
    def bare(self) -> bool:
        """Whether links are placeholders, so that titles and order alone can be compared."""
        return "sanitized_upstream" in self.meta or "replaced links" in self.expected.get(
            "note", ""
        )

    def read(self) -> SerpPage:
        engine = plugins.plugin(SERP_ENGINES, self.engine)()
        query = self.expected.get("query") or "anything"
        wish = Serp(engine=self.engine, q=query, include=("ads", "questions", "related"))
        page: SerpPage = engine.read(self.html, engine.first_url(wish, None), serp=wish, page=1)
        return page


def folder() -> Path:
    """Return where the pages are; they belong to others and are no part of the repository."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "serp"
    return Path(os.environ.get(VARIABLE) or beside)


def samples() -> list[Sample]:
    return [_sample(path) for path in sorted(folder().glob("*/*.expected.json"))]


def _sample(path: Path) -> Sample:
    name = path.name.removesuffix(".expected.json")
    meta = json.loads(path.with_name(f"{name}.meta.json").read_text())
    body = path.with_name(f"{name}.html").read_bytes()
    return Sample(
        engine=path.parent.name,
        name=name,
        html=body.decode(meta.get("charset") or "utf-8", "replace"),
        expected=json.loads(path.read_text()),
        meta=meta,
    )


def plain(text: str | None) -> str:
    return " ".join(unescape(text or "").translate(INVISIBLE).split())


def solid(text: str | None) -> str:
    return "".join(plain(text).split())


def of_kind(page: SerpPage, kind: str) -> list[Record]:
    return [entry for entry in page.records if entry["kind"] == kind]


def same(sample: Sample, found: Record, wanted: dict[str, Any]) -> bool:
    """Whether a record is the result that the sample names: title and URL."""
    return _same_title(sample, found, wanted) and (sample.bare or _same_url(found, wanted))


def _same_title(sample: Sample, found: Record, wanted: dict[str, Any]) -> bool:
    if wanted.get("title") is None:
        return True
    ours, theirs = plain(found.get("title")), plain(wanted["title"])
    if sample.bare:
        return solid(ours) == solid(theirs)
    if sample.name.startswith("excerpt_"):
        return ours.startswith(theirs) or theirs.startswith(ours)
    return ours == theirs


def _same_url(found: Record, wanted: dict[str, Any]) -> bool:
    urls = [wanted.get("url") or wanted.get("redirect_url"), wanted.get("url_alt")]
    named = [_canonical(url) for url in urls if url]
    return not named or _canonical(found.get("url", "")) in named


def _canonical(url: str) -> str:
    try:
        return str(URL(url.partition("#:~:text=")[0]).href)
    except ValueError:
        return url


def paired(sample: Sample, records: Iterable[Record]) -> tuple[list[int], list[Record]]:
    """Return the places of the wanted results in the order found, and the records beyond them."""
    wanted, places, beyond = sample.expected["results"], [], []
    optional = {solid(entry["title"]) for entry in sample.expected.get("optional", [])}
    for found in records:
        left = (i for i, entry in enumerate(wanted) if i not in places)
        place = next((i for i in left if same(sample, found, wanted[i])), None)
        if place is not None:
            places.append(place)
        elif solid(found.get("title")) not in optional:
            beyond.append(found)
    return places, beyond


def parameters(url: str | None) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url or "").query).items()}
