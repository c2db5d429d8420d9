"""The time outside each objective: steps in which more events were bad than the objective allows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from whodunit.alerts import loading
from whodunit.alerts.objectives import Slo
from whodunit.alerts.signals import Signal
from whodunit.report.evidence import Evidence
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window
from whodunit.telemetry.windows import EXPORTED_EVERY_S


@dataclass(frozen=True)
class Outside:
    """One objective, the steps (by their start) in which it was missed, and the events in the whole window."""

    slo: Slo
    missed: Sequence[datetime]
    bad: float
    total: float
    evidence: Evidence

    @property
    def seconds(self) -> float:
        """How long it was missed."""
        return len(self.missed) * EXPORTED_EVERY_S


def outside(telemetry: Telemetry, window: Window) -> list[Outside]:
    """Every objective with events in the window."""
    return [found for slo in loading.bundled().slos if (found := _outside(telemetry, slo, window)).total]


def first_missed(found: Sequence[Outside]) -> Window | None:
    """From the first step in which an objective was missed to the end of the last one; None if none was."""
    steps = sorted(step for each in found for step in each.missed)
    return Window(steps[0], steps[-1] + timedelta(seconds=EXPORTED_EVERY_S)) if steps else None


def _outside(telemetry: Telemetry, slo: Slo, window: Window) -> Outside:
    bad, query = _per_step(telemetry, slo.ratio_metric.bad, window)
    total, _ = _per_step(telemetry, slo.ratio_metric.total, window)
    missed = [
        step
        for step in sorted(total)
        if total[step] and bad.get(step, 0.0) > slo.budget * total[step] and bad.get(step)
    ]
    value = f"{sum(bad.values()):g} bad of {sum(total.values()):g} events"
    return Outside(
        slo,
        missed,
        sum(bad.values()),
        sum(total.values()),
        Evidence(f"{slo.title}: events every {EXPORTED_EVERY_S:g} s, bad ones beside all", query, window, value),
    )


def _per_step(telemetry: Telemetry, signals: Sequence[Signal], window: Window) -> tuple[dict[datetime, float], str]:
    """Events by the start of their step; one that nothing was recorded in is left out."""
    found: dict[datetime, float] = {}
    queries = []
    for signal in signals:
        plot = telemetry.plot(signal.query, window, EXPORTED_EVERY_S)
        queries.append(plot.query)
        for time, value in (pair for series in plot.series for pair in _present(series.times, series.values)):
            found[time] = found.get(time, 0.0) + value
    return found, ";\n\n".join(queries)


def _present(times: Sequence[datetime], values: Sequence[float | None]) -> Iterator[tuple[datetime, float]]:
    yield from ((time, value) for time, value in zip(times, values, strict=True) if value is not None)
