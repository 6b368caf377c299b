"""The body of a run: what this one run shall do otherwise than its task says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final

import orjson
from marshmallow import ValidationError

from schemas.faults import from_messages
from schemas.problem import Invalid
from schemas.strict import StrictSchema
from schemas.values import UrlOrNone


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWishes:
    """What the call that starts a run says beside the task; "" is unsaid."""

    webhook: str = ""

    @property
    def digest(self) -> str:
        """What tells unlike wishes under one Idempotency-Key apart; "" where nothing was wished.

        Of what was meant and not of the bytes: blanks and the order of members say nothing.
        """
        said = {name: value for name, value in asdict(self).items() if value}
        return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest() if said else ""


class RunSchema(StrictSchema):
    """What one run shall do beside what its task says."""

    webhook = UrlOrNone(
        metadata={
            "description": "Told once beside the task's own: when the process ends, or first stops."
        }
    )


RUN: Final = RunSchema()


def load_run(body: object) -> RunWishes:
    """Return what ``body`` wishes for, None being nothing; ``Invalid`` names all its faults."""
    if body is None:
        return RunWishes()
    try:
        return RunWishes(**RUN.load(body))  # type: ignore[arg-type] # it refuses what is no object
    except ValidationError as error:
        raise Invalid(from_messages(error.messages), "The run can't be started so.") from error
