"""Metrics of payment."""

from typing import Literal, get_args

from opentelemetry import metrics

from kit.buckets import SECONDS

Outcome = Literal["succeeded", "declined", "failed"]
RetryReason = Literal["connection_timeout", "gateway_timeout", "rate_limited", "gateway_unavailable"]
Where = Literal["database_connection", "gateway"]


class Telemetry:
    """Payment's instruments; each series starts at 0 so that its first increase is seen."""

    def __init__(self) -> None:
        meter = metrics.get_meter("shop.payment")
        self._duration = meter.create_histogram(
            "shop.payment.duration", "s", explicit_bucket_boundaries_advisory=SECONDS
        )
        self._results = meter.create_counter("shop.payment.results", "{payment}")
        self._retries = meter.create_counter("shop.payment.retries", "{retry}")
        self._timeouts = meter.create_counter("shop.payment.timeouts", "{timeout}")
        for outcome in get_args(Outcome):
            self._results.add(0, {"shop.outcome": outcome})
        for reason in get_args(RetryReason):
            self._retries.add(0, {"shop.retry.reason": reason})
        for where in get_args(Where):
            self._timeouts.add(0, {"shop.awaited": where})

    def ended(self, outcome: Outcome, seconds: float) -> None:
        """A payment ended."""
        self._duration.record(seconds, {"shop.outcome": outcome})
        self._results.add(1, {"shop.outcome": outcome})

    def retried(self, reason: RetryReason) -> None:
        """Another attempt began."""
        self._retries.add(1, {"shop.retry.reason": reason})

    def timed_out(self, where: Where) -> None:
        """A wait was given up."""
        self._timeouts.add(1, {"shop.awaited": where})
