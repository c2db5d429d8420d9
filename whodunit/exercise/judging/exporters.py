"""Telemetry goes where the `OTEL_*` variables say, and nowhere else."""

from collections.abc import Iterator

from whodunit.exercise.evidence import Delivery, Evidence
from whodunit.exercise.judging.missing import Missing, first_of_each


def judge(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: lost, elsewhere, of-one-signal."""
    for delivery in evidence.deliveries:
        yield from first_of_each(_of_delivery(delivery))


def _of_delivery(delivery: Delivery) -> Iterator[Missing]:
    lost = "of-one-signal" if len(set(delivery.wanted.values())) > 1 else "lost"
    if delivery.failed:
        yield Missing(lost, f"With {delivery.variables} alone: {delivery.failed.message}")
        return
    for signal, backend in delivery.wanted.items():
        where = delivery.arrived[signal]
        told = f"{delivery.variables}: {signal} should come to backend {backend}"
        if others := sorted(where - {backend}):
            yield Missing("elsewhere", f"{told}, and came to {' and '.join(others)}.")
        elif backend not in where:
            yield Missing(lost, f"{told}, and did not come.")
