"""The slope of what grows over a long run, with its uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import linear_regression, mean

from whodunit.telemetry.answers import Plot
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import MetricQuery, Statistic, Window

FEWEST_POINTS = 12
STEP_S = 10.0
HOUR_S = 3600.0
TWO_SIDED = 1.96
"""95 % of a normal distribution lie within so many standard errors."""

Points = Sequence[tuple[float, float]]
"""Seconds and values."""

MEMORY, CONNECTIONS, DISK = "memory", "connections", "disk"
UNITS = {MEMORY: "By", CONNECTIONS: "{connection}", DISK: "By"}

_ASKED = {
    MEMORY: MetricQuery("process.memory.usage", Statistic.LAST),
    CONNECTIONS: MetricQuery("db.client.connection.count", Statistic.LAST),
}
_DATABASES = MetricQuery("postgresql.db_size", Statistic.LAST)


@dataclass(frozen=True)
class Slope:
    """By how much something grows in an hour, give or take `plus_minus` (95 %); in `unit`s."""

    what: str
    of: str
    unit: str
    first: float
    last: float
    per_hour: float
    plus_minus: float

    @property
    def is_told_from_none(self) -> bool:
        """True if no slope at all lies outside of the uncertainty."""
        return abs(self.per_hour) > self.plus_minus


def slopes(telemetry: Telemetry, window: Window, disk: Mapping[str, Points]) -> list[Slope]:
    """The slopes in the window, of memory and connections by service, of the disk by what takes it.

    `disk` are the sizes that were read meanwhile; databases of a stack are asked of the telemetry. Raises
    TelemetryError.
    """
    series = {
        (what, of): points
        for what, query in _ASKED.items()
        for of, points in _by(telemetry.plot(query, window, STEP_S, ["service"]), window).items()
    }
    databases = _by(telemetry.plot(_DATABASES, window, STEP_S, ["postgresql.database.name"]), window)
    series |= {(DISK, f"database {of}"): points for of, points in databases.items()}
    series |= {(DISK, of): points for of, points in disk.items()}
    return [slope(what, of, points) for (what, of), points in series.items() if len(points) >= FEWEST_POINTS]


def slope(what: str, of: str, points: Points) -> Slope:
    """The straight line through the points, by least squares.

    Neighbouring points resemble each other, which a plain standard error takes for knowledge: it is widened by the
    correlation of the residuals with the next.
    """
    times, values = [time for time, _ in points], [value for _, value in points]
    per_s, level = linear_regression(times, values)
    rest = [value - level - per_s * time for time, value in points]
    middle = mean(times)
    spread = sum((time - middle) ** 2 for time in times)
    error = sqrt(sum(each * each for each in rest) / (len(points) - 2) / spread) * _widened(rest)
    return Slope(what, of, UNITS[what], values[0], values[-1], per_s * HOUR_S, TWO_SIDED * error * HOUR_S)


def _widened(rest: Sequence[float]) -> float:
    power = sum(each * each for each in rest)
    if power == 0:
        return 1.0
    correlation = sum(one * other for one, other in pairwise(rest)) / power
    correlation = min(max(correlation, 0.0), 0.95)
    return sqrt((1 + correlation) / (1 - correlation))


def _by(plot: Plot, window: Window) -> dict[str, Points]:
    """The series by the value of their one attribute."""
    return {
        next(iter(series.attributes.values()), "all"): [
            ((time - window.start).total_seconds(), value)
            for time, value in zip(series.times, series.values, strict=True)
            if value is not None
        ]
        for series in plot.series
    }
