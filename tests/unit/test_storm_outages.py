from __future__ import annotations

import pytest

from tests.storm.outages import Outage, away


@pytest.mark.parametrize(
    ("since", "until", "seconds"),
    [(0.0, 9.0, 6.0), (2.5, 9.0, 4.5), (0.0, 3.5, 2.5), (6.5, 7.0, 0.0), (8.0, 12.0, 4.0)],
)
def test_seconds_without_some_service_are_counted_once(
    since: float, until: float, seconds: float
) -> None:
    """Outages overlap, lie within others, come in any order, and may last."""
    outages = [Outage(2.0, 6.0), Outage(8.0), Outage(1.0, 4.0), Outage(3.0, 3.5)]

    assert away(outages, since, until) == pytest.approx(seconds)
