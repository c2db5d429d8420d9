"""Rate, errors and duration of each service over time, as small plots beside their last figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from whodunit.telemetry.answers import Plot, Series
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.topology import place_of
from whodunit.views.metric_view import step_s
from whodunit.views.service_details import ANSWERS

REQUESTS = MetricQuery(ANSWERS, Statistic.RATE)
STATUS = "http.response.status_code"
OWN_FAILURE = "5"
"""The first digit of the status of a service's own failure; 4xx are the caller's."""

TIME = MetricQuery(ANSWERS, Statistic.PERCENTILE, percentile=95)

WIDTH, HEIGHT = 120.0, 22.0
Values = Sequence[float | None]


@dataclass(frozen=True)
class Small:
    """A small plot: paths on a canvas of `WIDTH` by `HEIGHT`, and the last value."""

    line: str
    area: str
    last: float | None


@dataclass(frozen=True)
class Row:
    """One service."""

    service: str
    rate: Small
    errors: Small
    p95: Small


@dataclass(frozen=True)
class Services:
    """All services that answered requests, in the shop's order; the queries behind them by name."""

    rows: Sequence[Row]
    queries: Mapping[str, str]


def asked_rates(telemetry: Telemetry, window: Window) -> Plot:
    """Requests per second by service and status; raises TelemetryError."""
    return telemetry.plot(REQUESTS, window, step_s(window), ["service", STATUS])


def asked_times(telemetry: Telemetry, window: Window) -> Plot:
    """The p95 of the time to answer by service; raises TelemetryError."""
    return telemetry.plot(TIME, window, step_s(window), ["service"])


def services(answered: Plot, took: Plot) -> Services:
    """The services, of the answers to both questions."""
    rates, times = _sums(answered.series), {_service(each): each.values for each in took.series}
    failures = _sums([each for each in answered.series if each.attributes.get(STATUS, "").startswith(OWN_FAILURE)])
    rows = [
        Row(name, small(rates[name]), small(_ratio(failures.get(name, ()), rates[name])), small(times.get(name, ())))
        for name in sorted(rates, key=place_of)
    ]
    return Services(rows, {"Requests": answered.query, "Time to answer": took.query})


def share(window: Window, moment: datetime) -> float:
    """The place of a moment on the canvas."""
    return round(WIDTH * (moment - window.start).total_seconds() / window.seconds, 1)


def small(values: Values) -> Small:
    """The plot of values at equal steps; what is unknown is a gap. It begins at 0, so that a ripple looks like one."""
    known = [value for value in values if value is not None and isfinite(value)]
    most = max(known, default=0.0) or 1.0
    line, area = [], []
    for number, value in enumerate(values):
        if value is None or not isfinite(value):
            continue
        left, right = (round(WIDTH * place / len(values), 1) for place in (number, number + 1))
        y = round(HEIGHT - 1 - (HEIGHT - 2) * value / most, 1)
        line.append(f"{'L' if number and values[number - 1] is not None else 'M'}{left} {y}H{right}")
        area.append(f"M{left} {HEIGHT}V{y}H{right}V{HEIGHT}Z")
    return Small("".join(line), "".join(area), known[-1] if known else None)


def _sums(found: Sequence[Series]) -> dict[str, Values]:
    """By service the sum of its series; None where none of them has a value."""
    sums: dict[str, list[float | None]] = {}
    for series in found:
        own = sums.setdefault(_service(series), [None] * len(series.values))
        for step, value in enumerate(series.values):
            own[step] = own[step] if value is None else value + (own[step] or 0.0)
    return dict(sums)


def _service(series: Series) -> str:
    return series.attributes.get("service", "")


def _ratio(failed: Values, rates: Values) -> list[float | None]:
    padded = [*failed, *[None] * (len(rates) - len(failed))]
    return [(bad or 0.0) / rate if rate else None for bad, rate in zip(padded, rates, strict=True)]
