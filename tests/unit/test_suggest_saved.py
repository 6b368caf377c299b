"""Suggest on saved pages of others, with their truth, where a folder of them is at hand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.suggest.__main__ import SuggestTally, measure, saved_pages

BESIDE = Path(__file__).parents[3] / "shared" / "suggest"
FOLDER = Path(os.environ.get("GRISTMILL_SUGGEST_PAGES", BESIDE))
GOALS = {"courts": (0.9, 0.95), "lists": (0.94, 0.98)}
NEXT, SURE = 0.95, 0.96


@pytest.fixture(scope="module")
def tallies() -> Mapping[str, SuggestTally]:
    """What is suggested for all pages of the folder, set by set."""
    if not FOLDER.is_dir():
        pytest.skip(f"no saved pages at {FOLDER}")
    found: dict[str, SuggestTally] = {}
    for page in saved_pages(FOLDER):
        measure(page, found.setdefault(page.group, SuggestTally()))
    return found


@pytest.mark.timeout(900)
def test_saved_pages_are_told_as_often_as_promised(tallies: Mapping[str, SuggestTally]) -> None:
    """The first candidate, or one of five; and what is said to be sure is right."""
    for group, (first, among) in GOALS.items():
        tally = tallies[group]

        assert tally.first >= first * tally.lists
        assert tally.among >= among * tally.lists
        assert sum(tally.sure) >= SURE * len(tally.sure)
    assert tallies["next"].following >= NEXT * tallies["next"].asked
