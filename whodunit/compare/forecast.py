"""The moment at which a number reaches a limit, if it goes on as it did: a line through its points, with an interval.

Minutes of data show no season, and none is looked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist, fmean
from typing import Literal

from whodunit.compare.findings import FEWEST_POINTS

Verdict = Literal["reaches", "reached", "flat", "receding", "slowed", "far", "too-few-points"]

SURE = 0.9
FARTHEST = 10
"""A line is not drawn further than so many times the length of what was seen."""


@dataclass(frozen=True)
class Forecast:
    """A forecast, or the reason why there is none.

    `reaches`: with SURE probability between `earliest` and `latest`. `reached`: the limit was passed within the window.
    `flat`: the points do not show that it grows or falls. `receding`: it goes away from the limit. `slowed`: it went
    there, and the second half of the points no longer shows it. `far`: the line, or its interval, leads further than
    `FARTHEST` windows. `value` is the last one, `slope_per_s` what a second adds.
    """

    verdict: Verdict
    limit: float
    points: int
    value: float | None = None
    slope_per_s: float | None = None
    earliest: datetime | None = None
    expected: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True)
class Line:
    """The least-squares line through some points, as moments of them; x in seconds."""

    n: int
    x_mean: float
    y_mean: float
    slope: float
    spread: float
    """Sum of the squared distances of each x from their mean."""
    noise: float
    """Standard deviation of the points about the line."""

    @classmethod
    def through(cls, xs: Sequence[float], ys: Sequence[float]) -> "Line":
        """The line through three points or more, not all at one x."""
        n, x_mean, y_mean = len(xs), fmean(xs), fmean(ys)
        spread = sum((x - x_mean) ** 2 for x in xs)
        slope = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread
        errors = (y - y_mean - slope * (x - x_mean) for x, y in zip(xs, ys, strict=True))
        return cls(n, x_mean, y_mean, slope, spread, sqrt(sum(error * error for error in errors) / (n - 2)))

    @property
    def is_inclined(self) -> bool:
        """True if the slope is not zero, with SURE probability."""
        return abs(self.slope) > self.quantile * self.noise / sqrt(self.spread)

    def meets(self, level: float) -> tuple[float, float, float]:
        """Earliest, expected and latest x of a point at `level`: where the band of single points is there.

        Only for a line that is inclined: the band of any other never ends.
        """
        t_noise, gap = self.quantile * self.noise, level - self.y_mean
        a = self.slope**2 - t_noise**2 / self.spread
        c = gap**2 - t_noise**2 * (1 + 1 / self.n)
        root = sqrt(max(0.0, (self.slope * gap) ** 2 - a * c))
        ends = sorted((self.slope * gap + sign * root) / a for sign in (-1, 1))
        return self.x_mean + ends[0], self.x_mean + gap / self.slope, self.x_mean + ends[1]

    @property
    def quantile(self) -> float:
        """Of Student's t for SURE, by its expansion about the normal distribution (Abramowitz and Stegun 26.7.5)."""
        z, free = NormalDist().inv_cdf((1 + SURE) / 2), self.n - 2
        return z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)


def forecast(times: Sequence[datetime], values: Sequence[float | None], limit: float) -> Forecast:
    """The moment at which the series reaches `limit`, from below or from above."""
    known = [(time, value) for time, value in zip(times, values, strict=True) if value is not None]
    if len(known) < FEWEST_POINTS:
        return Forecast("too-few-points", limit, len(known))
    start, last = known[0][0], known[-1]
    xs, ys = [(time - start).total_seconds() for time, _ in known], [value for _, value in known]
    line = Line.through(xs, ys)
    half = Line.through(xs[len(xs) // 2 :], ys[len(ys) // 2 :])
    verdict = _verdict(line, half, ys, limit)
    earliest, expected, latest = line.meets(limit) if verdict == "reaches" else (None, None, None)
    if latest is not None and latest > FARTHEST * xs[-1]:
        verdict, earliest, expected, latest = "far", None, None, None

    def moment(x: float | None) -> datetime | None:
        return None if x is None else max(last[0], start + timedelta(seconds=round(x, 3)))

    return Forecast(verdict, limit, len(known), last[1], line.slope, moment(earliest), moment(expected), moment(latest))


def _verdict(line: Line, half: Line, values: Sequence[float], limit: float) -> Verdict:
    first, last = values[0], values[-1]
    if last == limit or (first < limit) != (last < limit):
        return "reached"
    if not line.is_inclined:
        return "flat"
    if (line.slope > 0) != (limit > last):
        return "receding"
    return "reaches" if half.is_inclined and (half.slope > 0) == (line.slope > 0) else "slowed"
