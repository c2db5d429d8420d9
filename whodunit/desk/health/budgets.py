"""What the shop promises, and how much of each error budget is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from whodunit.alerts.objectives import Objectives, Slo
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import MetricQuery, Window

Asked = tuple[MetricQuery, Window]


@dataclass(frozen=True)
class Budget:
    """One promise over its window: `good` is the share of good events and `left` that of the budget, None without any.

    Below 0 the promise is broken.
    """

    slo: Slo
    events: float
    good: float | None
    left: float | None


@dataclass(frozen=True)
class Budgets:
    """All promises, in the order of the file, and the query behind them."""

    rows: Sequence[Budget]
    query: str


def budgets(telemetry: Telemetry, objectives: Objectives, now: datetime) -> Budgets:
    """The budgets over the windows that end now; raises TelemetryError."""
    asked = [question for slo in objectives.slos for question in _questions(slo, now)]
    answer = telemetry.measure(asked)
    values = iter(answer.values)
    rows = []
    for slo in objectives.slos:
        bad, total = (_sum(values, len(part)) for part in (slo.ratio_metric.bad, slo.ratio_metric.total))
        rows.append(_budget(slo, bad, total))
    return Budgets(rows, answer.query)


def _questions(slo: Slo, now: datetime) -> list[Asked]:
    window = Window(now - timedelta(seconds=slo.time_window), now)
    return [(signal.query, window) for signal in (*slo.ratio_metric.bad, *slo.ratio_metric.total)]


def _sum(values: Iterator[float | None], count: int) -> float:
    return sum(value or 0.0 for value in islice(values, count))


def _budget(slo: Slo, bad: float, total: float) -> Budget:
    if not total:
        return Budget(slo, 0.0, None, None)
    return Budget(slo, total, 1 - bad / total, 1 - bad / total / slo.budget)
