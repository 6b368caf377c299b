from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from schemas.answers import AnswerSchema, Count, ExactCredits, Moment, ShownText, WholeCredits


class ReceiptSchema(AnswerSchema):
    """What a purchase came to."""

    sometimes = frozenset({"note"})

    number = Count(data_key="receiptNumber")
    paid_at = Moment(data_key="paidAt", allow_none=True)
    price = WholeCredits()
    exactly = ExactCredits()
    note = ShownText()


ROW = SimpleNamespace(
    number=7, paid_at=datetime(2026, 1, 2, tzinfo=UTC), price=1001, exactly=1001, note="n"
)


def test_an_answer_is_made_of_a_row_and_of_what_is_known_beside_it() -> None:
    """What stands beside comes first; a row has no say about it."""
    made = ReceiptSchema().answer(ROW, note="better", paid_at=None)

    assert made == {
        "receiptNumber": 7,
        "paidAt": None,
        "price": 2,
        "exactly": 1.001,
        "note": "better",
    }


@pytest.mark.parametrize("lacking", ["number", "note"])
def test_a_member_that_a_row_lacks_is_a_fault(lacking: str) -> None:
    """It is never left out in silence: clients rely on it."""
    row = SimpleNamespace(**{name: value for name, value in vars(ROW).items() if name != lacking})

    with pytest.raises(AttributeError):
        ReceiptSchema().answer(row)
