"""Other latencies of the external service."""

from services.gateway.latency import LogNormalLatency

OVERLOADED_AUTH_MS = 6_000
"""Median; the shop gives an answer four seconds."""

UNANSWERED_AUTH_MS = 90_000


def overloaded(healthy: LogNormalLatency) -> LogNormalLatency:
    """Authentication takes longer than any caller waits; charges are as quick as ever."""
    return LogNormalLatency(OVERLOADED_AUTH_MS, healthy.charge_ms)


def unresponsive(healthy: LogNormalLatency) -> LogNormalLatency:
    """Authentication does not answer while anybody is listening."""
    return LogNormalLatency(UNANSWERED_AUTH_MS, healthy.charge_ms)
