"""Metrics of order."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, get_args

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from kit.buckets import SECONDS

Outcome = Literal["completed", "failed"]

STUCK_AFTER_S = 10.0

OUR_FAILURES = ("payment_unavailable", "payment_cancelled")
"""Reasons of failed orders that are the shop's fault; the others (a declined card, nothing in stock) are no errors."""


class Telemetry:
    """Order's instruments; each series starts at 0 so that its first increase is seen."""

    def __init__(self) -> None:
        meter = metrics.get_meter("shop.order")
        self._duration = meter.create_histogram("shop.order.duration", "s", explicit_bucket_boundaries_advisory=SECONDS)
        self._results = meter.create_counter("shop.order.results", "{order}")
        self._payment_timeouts = meter.create_counter("shop.order.payment_timeouts", "{timeout}")
        self._inventory_retries = meter.create_counter("shop.order.inventory_retries", "{retry}")
        self._unsettled = meter.create_counter("shop.order.unsettled", "{order}")
        self._receipt_failures = meter.create_counter("shop.order.receipt_failures", "{receipt}")
        self._in_processing = self._stuck = 0
        self._counts = True
        self._ages_s: Callable[[], Sequence[float]] = list
        meter.create_observable_gauge("shop.order.in_processing", [self._observe_in_processing], "{order}")
        meter.create_observable_gauge("shop.order.stuck", [self._observe_stuck], "{order}")
        self._payment_timeouts.add(0)
        self._inventory_retries.add(0)
        self._unsettled.add(0)
        self._receipt_failures.add(0)
        for outcome in get_args(Outcome):
            self._results.add(0, {"shop.outcome": outcome})
        for reason in OUR_FAILURES:
            self._results.add(0, attributes("failed", reason))

    def ended(self, outcome: Outcome, seconds: float, reason: str | None = None) -> None:
        """An order left processing, so long after it was taken; `reason` says why it failed."""
        self._duration.record(seconds, {"shop.outcome": outcome})
        self._results.add(1, attributes(outcome, reason))

    def payment_timed_out(self) -> None:
        """Payment did not answer in time."""
        self._payment_timeouts.add(1)

    def inventory_asked_again(self) -> None:
        """Inventory gave no usable answer, and was asked once more."""
        self._inventory_retries.add(1)

    def left_unsettled(self) -> None:
        """An order was left in processing: a peer gave no usable answer, or its receipt could not be written."""
        self._unsettled.add(1)

    def receipt_failed(self, error: str) -> None:
        """A receipt could not be written, for a reason of the operating system's (ENOSPC)."""
        self._receipt_failures.add(1, {"error.type": error})

    def counted(self, in_processing: int, stuck: int) -> None:
        """The newest count of orders in processing, and of those that have been for `STUCK_AFTER_S`."""
        self._in_processing, self._stuck, self._counts = in_processing, stuck, True

    def counted_elsewhere(self) -> None:
        """Another instance tells of all orders: what this one told besides would count twice."""
        self._counts = False

    def watch(self, ages_s: Callable[[], Sequence[float]]) -> None:
        """Tell of the orders that this process works on as well: the count is late when the event loop is."""
        self._ages_s = ages_s

    @property
    def tells(self) -> bool:
        """True unless another instance tells of all orders."""
        return self._counts

    @property
    def in_processing(self) -> int:
        """Orders in processing."""
        return max(self._in_processing, len(self._ages_s()))

    @property
    def stuck(self) -> int:
        """Those of them that have been for `STUCK_AFTER_S`."""
        return max(self._stuck, sum(age_s > STUCK_AFTER_S for age_s in self._ages_s()))

    def _observe_in_processing(self, _: CallbackOptions) -> Iterable[Observation]:
        return [Observation(self.in_processing)] if self.tells else []

    def _observe_stuck(self, _: CallbackOptions) -> Iterable[Observation]:
        return [Observation(self.stuck)] if self.tells else []


def attributes(outcome: Outcome, reason: str | None) -> dict[str, str]:
    """Attributes of an order's outcome; `error.type` where the shop is to blame."""
    error = {"error.type": reason} if reason in OUR_FAILURES else {}
    return {"shop.outcome": outcome, **error}
