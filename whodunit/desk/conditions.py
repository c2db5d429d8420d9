"""Conditions as an address says them."""

from collections.abc import Sequence

from whodunit.durations import typed_duration_s
from whodunit.telemetry.conditions import attributes


def read(pairs: Sequence[str]) -> dict[str, str]:
    """`key=value` pairs; raises WrongUseError."""
    return attributes(pairs, "where=")


def seconds(name: str, text: str) -> float | None:
    """A duration, None when it is empty; raises WrongUseError."""
    return typed_duration_s(text, f"Such as {name}=750ms", name) if text else None
