"""A payload as it was sent, checked: collections and fields, still nested in each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.plan import CsvOptions, Filter, Paginator


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDraft:
    """A field as it was sent, its details still nested."""

    name: str
    selector: str
    kind: int
    attrs: tuple[str, ...]
    filters: tuple[Filter, ...]
    details: CollectionDraft | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionDraft:
    """A collection as it was sent; ``wishes`` are the members of its request, by plan names."""

    name: str
    wishes: Mapping[str, Any]
    fields: tuple[FieldDraft, ...]
    common_parent: str | None
    paginator: Paginator
    path: bool
    format: str
    csv: CsvOptions
