"""What every check has: a name, a meaning, bounds."""

from typing import Self

from pydantic import Field

from whodunit.strict_yaml.quantities import Duration, Quantity, Strict, TargetName

WINDOW_S = 20.0


class Check(Strict):
    """One thing to look for, and the bound that decides."""

    id: str = Field(pattern="^[a-z0-9][a-z0-9-]*$", description="Names the check in results; never changes")
    title: str = Field(min_length=3, description="What it means, for people")
    above: Quantity | None = None
    below: Quantity | None = None
    at_least: Quantity | None = None
    at_most: Quantity | None = None
    window: Duration = Field(WINDOW_S, description="How far back to look; the window ends now")
    within: Duration | None = Field(None, description="Deadline, from the start of the phase")
    only: TargetName | None = Field(None, description="The one target that can answer it")
    felt: bool = Field(
        True,
        exclude=True,  # no verdict depends on it: recordings of the case stay what they are
        description="False for what marks the cause and troubles nobody by itself: no remedy has ended it",
    )

    @property
    def signal(self) -> str:
        """`metric`, `span`, `log` or `alert`."""
        raise NotImplementedError

    def applies_to(self, target: str) -> bool:
        """Whether the check can be asked of `target`, `lite` or `stack`."""
        return self.only in (None, target)

    def met_by(self, value: float) -> bool:
        """Whether what one look found is what is asked for."""
        return self.holds(value)

    def even_once(self) -> Self:
        """What must not hold before the fault."""
        return self

    @property
    def is_bounded(self) -> bool:
        """Whether the file states a bound."""
        return any(bound is not None for bound in (self.above, self.below, self.at_least, self.at_most))

    @property
    def proves_after_s(self) -> float:
        """Seconds to look before a value means something: where nothing at all would do, as long as the window is."""
        return self.window if self.above is None and self.floor is None else 0.0

    @property
    def floor(self) -> float | None:
        """The smallest count that holds, where it is stated or understood."""
        return self.at_least

    def holds(self, value: float) -> bool:
        """Whether `value` lies within the bounds."""
        return (
            (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
            and (self.floor is None or value >= self.floor)
            and (self.at_most is None or value <= self.at_most)
        )


class Counted(Check):
    """A check that counts; without a bound it asks for at least one."""

    @property
    def floor(self) -> float | None:
        """See `Check`."""
        return self.at_least if self.is_bounded else 1
