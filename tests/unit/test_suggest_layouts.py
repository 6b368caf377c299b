from __future__ import annotations

import pytest

from benchmarks.suggest.layouts import LAYOUTS, SCRIPTS, drawn
from benchmarks.suggest.scoring import RIGHT, f1, normal
from tests.builders.suggested import suggested
from workers.task_input import load_draft


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_each_layout_is_told_in_each_script(layout: str, script: str) -> None:
    """The list is the first candidate, its next page is found, and ``create`` takes the payload."""
    page = drawn(layout, 0, script)
    answer = suggested(page.html, url=page.url)
    truth = {"keys": list(map(normal, page.keys)), "by": "text"}
    best = answer.candidates[0]

    assert f1(best.proof.records, truth, complete=True) >= RIGHT
    assert (answer.next.url if answer.next else None) == page.next
    assert load_draft(best.payload, countries=None)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sure_is_only_what_is_right(layout: str) -> None:
    """Confidence that means something."""
    for seed in range(2):
        page = drawn(layout, seed)
        best = suggested(page.html, url=page.url).candidates[0]
        truth = {"keys": list(map(normal, page.keys)), "by": "text"}

        right = f1(best.proof.records, truth, complete=True) >= RIGHT
        assert right or best.confidence != "high"
