"""Metrics in Prometheus' text format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from workers.metrics import HISTOGRAMS, Family

CONTENT_TYPE = CONTENT_TYPE_LATEST


def render(families: Iterable[Family]) -> bytes:
    """Return ``families`` as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Given(families))
    return generate_latest(registry)


class _Given(Collector):
    """A collector of what is known already."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        """Yield each family."""
        for family in self._families:
            yield _histogram(family) if family.kind == "histogram" else _plain(family)


def _plain(family: Family) -> Metric:
    make = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    names = sorted({name for labels, _ in family.samples for name in labels})
    metric = make(family.name, family.description, labels=names)
    for labels, value in family.samples:
        metric.add_metric([labels.get(name, "") for name in names], value)
    return metric


def _histogram(family: Family) -> Metric:
    """Sum the buckets up: Prometheus wants each to hold all below it, the table does not."""
    groups: dict[tuple[tuple[str, str], ...], dict[str, float]] = defaultdict(dict)
    for labels, value in family.samples:
        rest = tuple(sorted(pair for pair in labels.items() if pair[0] != "le"))
        groups[rest][labels["le"]] = value
    names = sorted({name for group in groups for name, _ in group})
    metric = HistogramMetricFamily(family.name, family.description, labels=names)
    for group, values in groups.items():
        known = dict(group)
        metric.add_metric(
            [known.get(name, "") for name in names],
            buckets=_cumulative(family.name, values),
            sum_value=values.get("sum", 0.0),
        )
    return metric


def _cumulative(name: str, values: dict[str, float]) -> list[tuple[str, float]]:
    _, bounds = HISTOGRAMS.get(name, ("", ()))
    buckets, so_far = [], 0.0
    for bound in (*map(str, bounds), "+Inf"):
        so_far += values.get(bound, 0.0)
        buckets.append((bound, so_far))
    return buckets
