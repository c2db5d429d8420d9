"""Checks of metrics: one number, judged over a sliding window that ends now."""

from dataclasses import replace
from typing import Literal, Self

from pydantic import Field, model_validator

from whodunit.incident.check import WINDOW_S, Check
from whodunit.strict_yaml.quantities import AttributeValue, Duration, Quantity, Strict, Where
from whodunit.telemetry.kinds import Kind
from whodunit.telemetry.questions import MetricQuery, Statistic

SHORTEST_S, FEWEST = 0.005, 0.05
"""Durations, and numbers of all other kinds, between which no difference is made."""

ENOUGH = 20
"""Measurements before and after the onset by which a number is known to have stayed as it was."""

ENOUGH = 20
"""Measurements before and after the onset by which a number is known to have stayed as it was."""

COUNTS = (Statistic.INCREASE, Statistic.RATE, Statistic.COUNT)
"""Statistics that are zero when no point is in the window: a counter that does not move is not exported."""

TAKEN = {"histogram": ("mean", "count", "rate"), "counter": ("increase", "rate"), "gauge": ("last", "max", "rise")}
"""Values of `take` for each kind of instrument; for counters and gauges the first is the default."""


class Recurrence(Strict):
    """The number comes into its bounds `times` times, `every` being the time from one onset to the next."""

    times: int = Field(ge=2)
    every: Duration


class Metric(Check):
    """A number from one metric. `p` and `take` say how the points of the window become one number."""

    histogram: str | None = None
    counter: str | None = None
    gauge: str | None = None
    service: str | None = None
    where: Where
    p: float | None = Field(None, gt=0, lt=100, description="Percentile of a histogram")
    take: Literal["mean", "count", "increase", "rate", "last", "max", "rise"] | None = None
    measurements: int = Field(0, ge=0, description="Fewest measurements of a histogram in the window for a number")

    @model_validator(mode="after")
    def _is_one_number(self) -> Self:
        named = [kind for kind in TAKEN if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError("name exactly one of histogram, counter, gauge")
        self._check_statistic(named[0])
        return self

    def _check_statistic(self, instrument: str) -> None:
        if self.p is not None and (instrument != "histogram" or self.take is not None):
            raise ValueError("p is the percentile of a histogram and stands without take")
        if self.p is None and instrument == "histogram" and self.take is None:
            raise ValueError(f"a histogram needs p or take: {', '.join(TAKEN[instrument])}")
        if self.take is not None and self.take not in TAKEN[instrument]:
            raise ValueError(f"take of a {instrument} is one of: {', '.join(TAKEN[instrument])}")

    @property
    def signal(self) -> str:
        return "metric"

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.histogram or self.counter or self.gauge or ""

    @property
    def kind(self) -> Kind:
        """The kind of metric that it says it is of."""
        if self.histogram:
            return "histogram"
        return "counter" if self.counter else "gauge"

    @property
    def statistic(self) -> Statistic:
        """The statistic that makes one number of the window."""
        if self.p is not None:
            return Statistic.PERCENTILE
        return Statistic(self.take or ("increase" if self.counter else "last"))

    @property
    def in_seconds(self) -> bool:
        """True if the number is a duration: our histograms measure seconds."""
        return self.histogram is not None and self.statistic in (Statistic.PERCENTILE, Statistic.MEAN)

    def query(self) -> MetricQuery:
        """The question to the telemetry."""
        return MetricQuery(self.name, self.statistic, self.service, self.where, self.p)

    def whole(self) -> MetricQuery | None:
        """The question for the whole of which the number is a share; None if it is not a share."""
        return None

    def size(self) -> MetricQuery | None:
        """The question for how many measurements make the number; None if any number of them does."""
        if not self.measurements or self.histogram is None:
            return None
        return replace(self.query(), statistic=Statistic.COUNT, percentile=None)


class MetricCheck(Metric):
    """A number from one metric, and the bounds that it must keep to."""

    share_of: dict[str, AttributeValue] | None = Field(
        None, description="Attributes of the whole that `where` is a part of; the number is then the part's share of it"
    )
    recurs: Recurrence | None = Field(None, description="How often, and how regularly, it must come into its bounds")

    @model_validator(mode="after")
    def _is_bounded_and_shares_count(self) -> Self:
        if not self.is_bounded:
            raise ValueError("state a bound: above, below, at_least or at_most")
        if self.share_of is not None and self.statistic not in COUNTS:
            raise ValueError(f"share_of stands with take: {', '.join(COUNTS)}")
        return self

    def met_by(self, value: float) -> bool:
        """True if the value meets the check; with `recurs` it is the number of regular onsets."""
        return value >= self.recurs.times if self.recurs else self.holds(value)

    def even_once(self) -> Self:
        """The check without `recurs`, over the usual window: a longer one may hold what an earlier run left."""
        return self.model_copy(update={"recurs": None, "window": WINDOW_S}) if self.recurs else self

    def whole(self) -> MetricQuery | None:
        return None if self.share_of is None else replace(self.query(), where=self.share_of)


class UnchangedMetric(Metric):
    """A number that stays what it was before the onset: within a factor of 2, or below its floor."""

    measurements: int = Field(ENOUGH, ge=0)
    floor: Quantity | None = Field(
        None, description="Differences up to it are none: 5 ms for a duration, 0.05 for all else, unless stated"
    )

    @model_validator(mode="after")
    def _is_bounded_by_the_steady_state(self) -> Self:
        if self.is_bounded:
            raise ValueError("its bound is what it was in the steady state: remove above, below, at_least, at_most")
        return self

    def beside(self, steady: float) -> MetricCheck:
        """The check that the number differs from `steady` by no more than `steady` itself, or the floor."""
        floor = self.floor if self.floor is not None else SHORTEST_S if self.in_seconds else FEWEST
        stated = {name: value for name, value in self if name != "floor"}
        return MetricCheck.model_construct(**stated | {"at_most": round(steady + max(steady, floor), 6)})
