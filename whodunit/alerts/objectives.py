"""The model of `objectives/objectives.yaml`; the names are OpenSLO's where it has one."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from whodunit.alerts.conditions import Condition
from whodunit.alerts.signals import Signal
from whodunit.strict_yaml.quantities import Duration, Strict

Severity = Literal["page", "ticket"]
AlertName = Annotated[str, Field(pattern="^[A-Z][A-Za-z]+$", description="Names its page in docs/runbooks/ too")]


def _flowing(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


Prose = Annotated[str, BeforeValidator(_flowing), Field(min_length=10)]
"""One paragraph; line breaks in the file mean nothing."""


class RatioMetric(Strict):
    """Bad events among all events; each is a sum of signals."""

    bad: list[Signal] = Field(min_length=1)
    total: list[Signal] = Field(min_length=1)


class Windows(Strict):
    """Both must burn: the long one shows that it matters, the short one that it still goes on."""

    long: Duration
    short: Duration

    @model_validator(mode="after")
    def _are_two(self) -> Self:
        if self.short >= self.long:
            raise ValueError("short must be shorter than long")
        return self


class AlertBase(Strict):
    """The base of alerts: it fires `alert_after` its condition came true, `keep_firing_for` longer than it holds."""

    name: AlertName
    severity: Severity
    summary: Prose
    alert_after: Duration = 0.0
    keep_firing_for: Duration = 0.0

    @property
    def runbook(self) -> str:
        """Its page, from the repository's root."""
        return f"docs/runbooks/{self.name}.md"


class BurnAlert(AlertBase):
    """The error budget burns `burn_rate` times as fast as it may, with `at_least` bad events in the long window."""

    burn_rate: float = Field(gt=1)
    lookback_windows: Windows
    at_least: int = Field(ge=1, description="Bad events; fewer alert nobody, whatever their share")


class Slo(Strict):
    """A share of good events that is promised."""

    name: str = Field(pattern="^[a-z]+(-[a-z]+)*$")
    title: str = Field(min_length=3)
    description: Prose
    service: str = Field(description="The service to look at first")
    target: float = Field(gt=0, lt=1, description="Share of good events")
    time_window: Duration = Field(description="Over which the budget is counted; rolling")
    ratio_metric: RatioMetric
    alert: BurnAlert

    @model_validator(mode="after")
    def _can_burn_that_fast(self) -> Self:
        if self.alert.burn_rate * self.budget >= 1:
            raise ValueError(f"a burn rate of {self.alert.burn_rate:g} needs more bad events than there are events")
        return self

    @property
    def budget(self) -> float:
        """Share of events that may be bad."""
        return round(1 - self.target, 10)

    @property
    def most_bad(self) -> float:
        """Share of bad events above which the alert's burn rate is exceeded."""
        return round(self.alert.burn_rate * self.budget, 10)


class ThresholdAlert(AlertBase):
    """Alerts when any of its conditions holds."""

    service: str = Field(description="The service to look at first")
    any_of: list[Condition] = Field(min_length=1)


class Objectives(Strict):
    """The whole file."""

    schema_version: Literal[1]
    interval: Duration = Field(description="Time between two evaluations")
    red_window: Duration = Field(description="Window of the rates, errors and durations by service and operation")
    slos: list[Slo] = Field(min_length=1)
    alerts: list[ThresholdAlert] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [*self.alert_names, *(slo.name for slo in self.slos)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"duplicate names: {', '.join(twice)}")
        return self

    @property
    def alert_names(self) -> list[str]:
        """All alerts, in the order of the file."""
        return [*(slo.alert.name for slo in self.slos), *(alert.name for alert in self.alerts)]
