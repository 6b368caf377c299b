"""The tables of a storm, as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.storm.faults import FAULTS
from tests.storm.storm import StormOutcome

WORKER_KILLS = ("pool child killed", "Celery main killed")
RETURNS = {
    "Postgres": ("Postgres backend killed", "postmaster killed", "Postgres lines"),
    "Redis": ("Redis killed", "Redis lines"),
    "S3": ("S3 server killed", "S3 lines"),
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def times(values: Sequence[float]) -> tuple[str, ...]:
    """Return number, median, 99th percentile and maximum of seconds."""
    if not values:
        return ("0", "", "", "")
    return (
        str(len(values)),
        *(f"{quantile(values, share):.1f} s" for share in (0.5, 0.99)),
        f"{max(values):.1f} s",
    )


def _of(measured: dict[str, list[float]], names: Sequence[str]) -> list[float]:
    return [
        seconds
        for kind, values in measured.items()
        if kind.startswith(tuple(names))
        for seconds in values
    ]


def faults(outcome: StormOutcome) -> str:
    """Return how often each fault struck, and the times to the next commit after it."""
    after = outcome.recovery.after
    rows = [
        (
            name,
            outcome.fault_loop.struck[name],
            outcome.fault_loop.missed[name],
            *times(after[name]),
        )
        for name in FAULTS
    ]
    head = ("fault", "struck", "nothing to hit", "measured", "p50", "p99", "longest")
    return table(head, rows)


def recovery(measured: dict[str, list[float]], what: str) -> str:
    """Return the times to the next commit by what was hit; ``what`` they count."""
    rows = [("kill of a worker → next commit of its process", *times(_of(measured, WORKER_KILLS)))]
    for service, names in RETURNS.items():
        rows.append((f"return of {service} → next commit", *times(_of(measured, names))))
    return table((f"recovery, {what}", "measured", "p50", "p99", "longest"), rows)


def invariants(outcome: StormOutcome) -> str:
    """Return each invariant with how much was looked at and what was broken."""
    rows = [(name, one.checked, len(one.broken)) for name, one in outcome.findings.items()]
    return table(("invariant", "checked", "broken"), rows)


def summary(outcome: StormOutcome) -> str:
    """Return what the storm was and came to, in a few lines."""
    loop, runs, answers = outcome.fault_loop, outcome.load.runs, outcome.answers
    ends = dict(Counter(str(run.seen["status"]) for run in runs))
    again, answered = outcome.repeated, dict(sorted(answers.statuses.items()))
    return (
        f"Seed {outcome.given.seed}: {loop.kills} kills, {sum(loop.struck.values())} blows in all,"
        f" in {loop.seconds / 60:.1f} min over {len(runs)} processes ({ends}); the last one ended"
        f" {outcome.calm_after:.0f} s after the last blow.\n\n{outcome.charged} pages charged;"
        f" {sum(again)} requests repeated and not charged: {sum(again) / max(1, loop.kills):.2f} a"
        f" kill, {max(again)} at most in one process.\n\nAPI: {answered}, the slowest after"
        f" {answers.slowest:.1f} s; while gunicorn was dead {len(answers.late)} waited longer and"
        f" {answers.silent.total()} were cut."
    )


def report(outcome: StormOutcome) -> str:
    """Return the whole report."""
    parts = [
        summary(outcome),
        invariants(outcome),
        recovery(outcome.recovery.served, "seconds with all services there"),
        recovery(outcome.recovery.after, "all seconds"),
        faults(outcome),
    ]
    if outcome.broken:
        parts.append("\n".join(f"* {what}" for what in outcome.broken[:100]))
    return "\n\n".join(parts) + "\n"
