import pytest

from workers import errors
from workers.errors import GristmillError, HttpError, ServerFault
from workers.retry import Again, GiveUp, decide


@pytest.mark.parametrize(
    ("error", "attempt", "expected"),
    [
        (errors.FetchTimeout(), 1, Again(1.0)),
        (errors.FetchTimeout(), 3, Again(4.0)),
        (errors.FetchTimeout(), 4, GiveUp()),
        (errors.ConnectionFailed(), 2, Again(2.0)),
        (ServerFault(status=503), 1, Again(1.0)),
        (ServerFault(status=429, retry_after=7.0), 1, Again(7.0)),
        (ServerFault(status=429, retry_after=0.0), 3, Again(0.0)),
        (ServerFault(status=503, retry_after=3601.0), 1, GiveUp()),
        (HttpError(status=404), 1, GiveUp()),
        (errors.AddressRefused(), 1, GiveUp()),
        (errors.ResponseTooLong(), 1, GiveUp()),
        (errors.TlsFailed(), 1, GiveUp()),
        (errors.Blocked(), 1, Again(1.0)),
        (errors.ExtractTimeout(), 1, GiveUp()),
    ],
)
def test_a_passing_fault_is_tried_again_and_a_lasting_one_is_not(
    error: GristmillError, attempt: int, expected: Again | GiveUp
) -> None:
    """Three further attempts, each after twice the pause; Retry-After rules up to an hour."""
    assert decide(error, attempt, retries=3, backoff=1.0) == expected


def test_the_pause_between_attempts_stays_bounded() -> None:
    """A payload may ask for many attempts: the pauses do not grow to days."""
    decision = decide(errors.FetchTimeout(), 30, retries=40, backoff=1.0)

    assert decision == Again(120.0)
