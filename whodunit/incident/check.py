"""The base of all checks: a name, a meaning, bounds."""

from typing import Self

from pydantic import Field

from whodunit.strict_yaml.quantities import Duration, Quantity, Strict, TargetName

WINDOW_S = 20.0


class Check(Strict):
    """One thing to look for, and the bounds that decide."""

    id: str = Field(pattern="^[a-z0-9][a-z0-9-]*$", description="Names the check in results; never changes")
    title: str = Field(min_length=3, description="What it means, for people")
    above: Quantity | None = None
    below: Quantity | None = None
    at_least: Quantity | None = None
    at_most: Quantity | None = None
    window: Duration = Field(WINDOW_S, description="How far back to look; the window ends now")
    within: Duration | None = Field(None, description="Deadline, from the start of the phase")
    only: TargetName | None = Field(None, description="The one target that can answer it")

    @property
    def signal(self) -> str:
        """`metric`, `span`, `log` or `alert`."""
        raise NotImplementedError

    def applies_to(self, target: str) -> bool:
        """True if `target` (`lite` or `stack`) can answer the check."""
        return self.only in (None, target)

    def met_by(self, value: float) -> bool:
        """True if the value of one evaluation meets the check."""
        return self.holds(value)

    def even_once(self) -> Self:
        """The check that must not hold, even once, before the fault."""
        return self

    @property
    def is_bounded(self) -> bool:
        """True if the file states a bound."""
        return any(bound is not None for bound in (self.above, self.below, self.at_least, self.at_most))

    @property
    def proves_after_s(self) -> float:
        """Seconds to wait before a value counts: the whole window if the check holds on no data, else 0."""
        return self.window if self.above is None and self.lowest is None else 0.0

    @property
    def lowest(self) -> float | None:
        """The smallest count that holds, stated or implied."""
        return self.at_least

    def holds(self, value: float) -> bool:
        """True if `value` lies within the bounds."""
        return (
            (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
            and (self.lowest is None or value >= self.lowest)
            and (self.at_most is None or value <= self.at_most)
        )


class Counted(Check):
    """A check that counts; without a bound it asks for at least one."""

    @property
    def lowest(self) -> float | None:
        return self.at_least if self.is_bounded else 1
