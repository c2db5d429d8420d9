"""Failures during a payment: which are transient, and how they are recorded in logs and metrics."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from kit.db import PoolTimeout
from services.payment.gateway import (
    GatewayBusy,
    GatewayError,
    GatewayNotAsked,
    GatewayTimedOut,
)
from services.payment.telemetry import RetryReason, Telemetry

logger = logging.getLogger("shop.payment")

Step = Literal["authentication", "charge"]

TRANSIENT_ERRORS = (PoolTimeout, GatewayError)

_RETRIES: dict[RetryReason, str] = {
    "connection_timeout": "Retrying payment gateway request due to connection timeout.",
    "gateway_timeout": "Retrying payment gateway request due to gateway timeout.",
    "rate_limited": "Retrying payment gateway request due to rate limit.",
    "gateway_unavailable": "Retrying payment gateway request due to gateway being unavailable.",
}


def may_pass(error: Exception) -> bool:
    """True if another attempt is worth its time."""
    return isinstance(error, TRANSIENT_ERRORS) and not isinstance(error, GatewayNotAsked)


class Attempts:
    """The attempts at one payment: what the last one failed of, and whether the card may have been charged."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._last: Exception | None = None
        self.perhaps_charged = False

    def begin(self) -> None:
        """Say why there is another attempt, if there was one before."""
        if self._last is not None:
            reason = _reason(self._last)
            self._telemetry.retried(reason)
            logger.info(_RETRIES[reason])

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """Watch one step of an attempt; its failure is recorded and raised again."""
        try:
            yield
        except TRANSIENT_ERRORS as error:
            self._last = error
            if step == "charge" and isinstance(error, GatewayError):
                self.perhaps_charged |= error.perhaps_done
            record_failure(self._telemetry, step, error)
            raise


def record_failure(telemetry: Telemetry, step: Step, error: Exception) -> None:
    """Log and count one failure."""
    if isinstance(error, PoolTimeout):
        telemetry.timed_out("database_connection")
        logger.error("Database connection timeout during payment gateway %s.", step)
    elif isinstance(error, GatewayTimedOut):
        telemetry.timed_out("gateway")
        logger.warning("Gateway timeout during payment gateway %s.", step)
    elif isinstance(error, GatewayBusy):
        logger.warning("Rate limit reached during payment gateway %s.", step)
    elif isinstance(error, GatewayNotAsked):
        logger.warning("Payment gateway left alone after repeated failures: no %s.", step)
    else:
        logger.warning("Gateway unavailable during payment gateway %s.", step)


def _reason(error: Exception) -> RetryReason:
    if isinstance(error, PoolTimeout):
        return "connection_timeout"
    if isinstance(error, GatewayTimedOut):
        return "gateway_timeout"
    return "rate_limited" if isinstance(error, GatewayBusy) else "gateway_unavailable"
