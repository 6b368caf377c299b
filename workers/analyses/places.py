"""Where the collections of a plan stand in the body that they were sent in."""

from __future__ import annotations

from schemas.plan import Plan


def pointers(plan: Plan, top: str) -> dict[int, str]:
    """Return the JSON pointer of each collection; ``top`` is the payload's own."""
    found = {0: top}
    for collection in plan.collections:  # parents come first
        for number, field in enumerate(collection.fields):
            if field.details is not None:
                found[field.details] = f"{found[collection.index]}/fields/{number}/details"
    return found
