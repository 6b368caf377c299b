from __future__ import annotations

from random import Random

import pytest

from benchmarks.soak.slope import slope, student

HOUR = [float(second) for second in range(0, 3600, 5)]


def noise(seed: int, memory: float) -> list[float]:
    """Noise whose samples remember their neighbours."""
    rng, level = Random(seed), 0.0  # noqa: S311 - noise
    return [level := memory * level + rng.gauss(0, 1) for _ in HOUR]


@pytest.mark.parametrize(("freedom", "known"), [(5, 2.571), (10, 2.228), (30, 2.042)])
def test_the_quantile_is_that_of_the_tables(freedom: float, known: float) -> None:
    """Student's t at 97.5 %, as printed in every textbook."""
    assert student(freedom) == pytest.approx(known, abs=0.005)


@pytest.mark.parametrize("memory", [0.0, 0.9, 0.99])
def test_noise_has_no_slope_most_of_the_time(memory: float) -> None:
    """The interval holds the truth about as often as it says, also for samples that cling."""
    held = sum(slope(HOUR, noise(seed, memory)).flat for seed in range(200))

    assert held >= 170


def test_a_leak_is_seen() -> None:
    """Ten MiB an hour beneath the same noise."""
    leak = [value + 10 * second / 3600 for value, second in zip(noise(1, 0.5), HOUR, strict=True)]
    found = slope(HOUR, leak)

    assert not found.flat
    assert found.low < 10 < found.high


def test_too_few_samples_give_no_slope() -> None:
    """Three points have no interval worth the name."""
    with pytest.raises(ValueError, match="4 samples"):
        slope([0.0, 1.0, 2.0], [1.0, 2.0, 3.0])
