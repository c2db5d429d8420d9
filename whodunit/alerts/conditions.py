"""Conditions of alerts that are no burn rates: counts, levels, silence."""

from typing import Literal, Self

from pydantic import Field, model_validator

from whodunit.alerts.signals import Matching, Signal
from whodunit.strict_yaml.quantities import Duration, Strict


class Condition(Strict):
    """One of three.

    `counters` have grown together by `at_least` within the lookback window; `gauge` stands at `at_least` (of all series
    together, or as a share of another gauge), or will so long `ahead`, if it goes on as in the lookback window; nothing
    of `gauge` has arrived for `silent_for`, although it had before.
    """

    title: str = Field(min_length=3)
    counters: list[str] = Field(default_factory=list)
    gauge: str | None = None
    share_of: str | None = Field(None, description="The gauge that holds the most it can be")
    service: str | None = None
    where: Matching = Field(default_factory=dict, description="Attributes and the values that they may have")
    lookback_window: Duration | None = None
    at_least: float | None = Field(None, gt=0)
    ahead: Duration | None = Field(None, description="From now, as a line through the lookback window has it")
    silent_for: Duration | None = None
    only: Literal["stack"] | None = Field(None, description="Made of what the embedded store does not have")

    @property
    def signals(self) -> list[Signal]:
        """The events that are counted."""
        return [Signal(counter=counter, service=self.service, where=self.where) for counter in self.counters]

    @model_validator(mode="after")
    def _is_one_of_three(self) -> Self:
        if bool(self.counters) == (self.gauge is not None):
            raise ValueError("name exactly one of counters, gauge")
        if self.silent_for is not None:
            self._check_silence()
        elif self.at_least is None or self.lookback_window is None:
            raise ValueError("state at_least and lookback_window, or silent_for")
        if self.ahead is not None and (self.gauge is None or self.share_of is not None):
            raise ValueError("ahead stands with a gauge alone")
        if self.share_of is not None and self.only != "stack":
            raise ValueError("share_of is for conditions with only: stack")
        return self

    def _check_silence(self) -> None:
        if self.gauge is None or any(each is not None for each in (self.at_least, self.lookback_window, self.ahead)):
            raise ValueError("silent_for stands with a gauge, without at_least, ahead and lookback_window")
