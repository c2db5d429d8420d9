"""Whether the shop is to blame for a failed order."""

import pytest

from services.order.telemetry import Outcome, attributes


@pytest.mark.parametrize(
    ("outcome", "reason", "error_type"),
    [
        ("completed", None, None),
        ("failed", "card_declined", None),
        ("failed", "insufficient_funds", None),
        ("failed", "out_of_stock", None),
        ("failed", "payment_unavailable", "payment_unavailable"),
        ("failed", "payment_cancelled", "payment_cancelled"),
    ],
)
def test_an_error_is_what_the_customer_could_not_help(
    outcome: Outcome, reason: str | None, error_type: str | None
) -> None:
    assert attributes(outcome, reason) == {"shop.outcome": outcome} | ({"error.type": error_type} if error_type else {})
