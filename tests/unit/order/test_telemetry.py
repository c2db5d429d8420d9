"""Whether the shop is to blame for a failed order, and how many are in processing."""

import pytest

from services.order.telemetry import STUCK_AFTER_S, Outcome, Telemetry, attributes


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


def test_orders_in_flight_are_stuck_in_time_though_they_are_counted_late() -> None:
    telemetry, ages_s = Telemetry(), [STUCK_AFTER_S + 1, 3.0]
    telemetry.watch(lambda: ages_s)
    assert (telemetry.in_processing, telemetry.stuck) == (2, 1)
    telemetry.counted(5, 4)
    assert (telemetry.in_processing, telemetry.stuck) == (5, 4)
