from __future__ import annotations

import pytest

from app.sample import sample_of
from schemas.codes import EVENTS
from schemas.process import PROCESS


@pytest.mark.parametrize("event", EVENTS)
def test_a_sample_holds_every_member_of_a_process(event: str) -> None:
    """Also one that has just come to be: a tool shows its users what the sample holds."""
    process = sample_of(event)["data"]["process"]  # type: ignore[index]
    members = {field.data_key or name for name, field in PROCESS.dump_fields.items()}

    assert set(process) == members
    assert process["status"] == event.removeprefix("process.")
