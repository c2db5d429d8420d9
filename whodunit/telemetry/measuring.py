"""The questions of the alerts' evaluation, answered together: every five seconds, on the machine that runs the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from whodunit.telemetry.signals import Signal


@dataclass(frozen=True)
class Events:
    """The number of events of a signal in the window; 0 if there are none."""

    signal: Signal
    window_s: float


@dataclass(frozen=True)
class Level:
    """The newest value of a gauge of one series; None when the window holds none."""

    gauge: str
    service: str | None
    window_s: float


@dataclass(frozen=True)
class Points:
    """The number of points of a gauge that have arrived in the window."""

    gauge: str
    service: str | None
    window_s: float


Question = Events | Level | Points


@dataclass(frozen=True)
class Answers:
    """One value for each question, in their order; `query` is the statement that was run."""

    values: Sequence[float | None]
    query: str


class Measuring(Protocol):
    """Answers questions about windows that end at `now`; raises TelemetryError when it cannot."""

    def measure(self, questions: Sequence[Question], now: datetime) -> Answers:
        """All answers at once."""
        ...
