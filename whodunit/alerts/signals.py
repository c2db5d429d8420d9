"""One stream of events, in OpenTelemetry's terms: measurements of a counter or of a histogram."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from whodunit.strict_yaml.quantities import AttributeValue, Duration, Strict
from whodunit.telemetry.questions import MetricQuery, Statistic


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


AnyOf = Annotated[list[AttributeValue], BeforeValidator(_as_list), Field(min_length=1)]
"""One value, or several of which one is enough."""

Matching = dict[str, AnyOf]


class Signal(Strict):
    """Events to be counted; of a histogram with `longer_than`, only measurements above it."""

    counter: str | None = None
    histogram: str | None = None
    service: str | None = None
    where: Matching = Field(default_factory=dict, description="Attributes and the values that they may have")
    longer_than: Duration | None = Field(None, description="Must be a boundary of the histogram's buckets")

    @model_validator(mode="after")
    def _is_one_metric(self) -> Self:
        if (self.counter is None) == (self.histogram is None):
            raise ValueError("name exactly one of counter, histogram")
        if self.longer_than is not None and self.histogram is None:
            raise ValueError("longer_than is for a histogram")
        return self

    @property
    def query(self) -> MetricQuery:
        """The number of events."""
        statistic = Statistic.INCREASE if self.counter else Statistic.COUNT
        name = self.counter or self.histogram or ""
        return MetricQuery(name, statistic, self.service, self.where, longer_than_s=self.longer_than)
