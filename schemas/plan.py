"""The plan: a payload checked once and turned into frozen values (stdlib only).

A payload nests collections (details below a field). A plan lists them flat, parents first:
``plan.collections[0]`` is the top one, and ``Field.details`` is an index into that tuple.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from schemas.analysis import Analysis

FetcherName = Literal["base", "chrome"]
PictureFormat = Literal["png", "jpeg"]
PaginatorKind = Literal["next", "scroll", "click"]
ContentForm = Literal["html", "text", "markdown"]
PageSource = Literal["web", "given"]
ActionKind = Literal["input", "click", "waitFor", "scroll"]

IMAGE, TEXT, LINK = 0, 1, 2
"""The published field types, as they appear in a payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOptions:
    """How a text is read as a date; what is empty is found out.

    ``languages``: codes, the likeliest first. ``order``: ``DMY`` and the like. ``timezone``: IANA.
    """

    languages: tuple[str, ...] = ()
    order: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One step applied to a text or attribute value; names are in lower case.

    ``dates`` is the parameter of ``date``, ``param`` that of any other.
    """

    name: str
    param: str | None = None
    dates: DateOptions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column family of a record: a selector and the attrs taken from its matches."""

    name: str
    selector: str
    kind: int = TEXT
    attrs: tuple[str, ...] = ("text",)
    filters: tuple[Filter, ...] = ()
    details: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paginator:
    """How a collection goes on; ``page_num`` is the number of pages in all, at least 1."""

    kind: PaginatorKind = "next"
    selector: str = ""
    page_num: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step of a browser page. ``times`` counts scrolls or clicks of a ``scroll`` action."""

    kind: ActionKind
    selector: str = ""
    text: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How pages of a collection are fetched. Times are seconds; None means the setting.

    ``images``: a browser loads images, fonts and media too. ``pierce``: selectors see into frames
    and open shadow roots. ``any_status``: an error page is one like any other.
    """

    url: str = ""
    fetcher: FetcherName = "base"
    proxy: str = ""
    wait_delay: float = 0.0
    actions: tuple[Action, ...] = ()
    images: bool = False
    pierce: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    form_data: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    delay: float = 0.0
    ignore_robots: bool = False
    any_status: bool = False
    retries: int | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One level of a payload. ``parent`` is None at the top; ``path`` collections only navigate."""

    index: int
    name: str
    request: Request
    fields: tuple[Field, ...]
    parent: int | None = None
    common_parent: str | None = None
    paginator: Paginator = field(default_factory=Paginator)
    path: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Serp:
    """An engine and a query (form 2 of search results): no selectors, normalised records."""

    engine: str
    q: str
    country: str = ""
    language: str = ""
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A page's content in place of records: as it was fetched, or as a reader sees it.

    ``whole``: Markdown is of the whole page, not of its main content.
    """

    form: ContentForm = "html"
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A page as a PDF, in place of records. Lengths are inches, of the paper as it is held.

    ``margins``: top, right, bottom, left. ``header`` and ``footer`` are HTML; None is the browser's
    own, and without ``running`` there is neither.
    """

    width: float
    height: float
    margins: tuple[float, float, float, float]
    scale: float = 1.0
    ranges: str = ""
    background: bool = False
    running: bool = False
    header: str | None = None
    footer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as an image, in place of records: of an element, of all, or of a rectangle.

    Lengths are CSS pixels from the page's upper left corner, each ``scale`` pixels of the image.
    """

    format: PictureFormat = "png"
    quality: int = 80
    full_page: bool = False
    selector: str = ""
    left: int = 0
    top: int = 0
    width: int = 800
    height: int = 600
    scale: float = 1.0


Capture = Content | Paper | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """How a CSV file is written. ``guard``: what a spreadsheet would run is marked with ``'``."""

    bom: bool = False
    delimiter: str = ","
    joiner: str = ";"
    guard: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a run needs to know. ``format`` is a key of ``registry.OUTPUTS``.

    With a ``capture`` there are no records and no format: its one page is made into a document.
    So are, with an ``analysis``, the few pages that it looks at. ``source`` is where pages come
    from: the web, or a call that brought the one page along.
    """

    name: str
    format: str
    collections: tuple[Collection, ...]
    serp: Serp | None = None
    capture: Capture | None = None
    analysis: Analysis | None = None
    source: PageSource = "web"
    csv: CsvOptions = CsvOptions()

    @property
    def makes_records(self) -> bool:
        """Whether its file holds records, and no document."""
        return self.capture is None and self.analysis is None

    def asks_robots(self, collection: int, *, respect: bool) -> bool:
        """Whether robots.txt is asked before a page of this collection; the rule is this one alone.

        ``respect`` is RESPECT_ROBOTS. A named engine's own pages are not asked for, nor those that
        come from no site.
        """
        ignored = self.collections[collection].request.ignore_robots
        return respect and self.serp is None and self.source == "web" and not ignored
