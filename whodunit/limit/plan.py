"""What is to be measured, and whether it makes sense."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whodunit.errors import WrongUseError
from whodunit.limit.loads import RISE_S, Mix
from whodunit.limit.search import grid
from whodunit.limit.targets import Targets
from whodunit.load.spec import HIGHEST_RATE, LONGEST_S

CONSTANT, STEP, SPIKE, SOAK = SHAPES = ("constant", "step", "spike", "soak")
"""In the order in which they are tried."""

FACTORS = grid(6.0, 0.5, 1.5)
MOST_VALUES = 128
"""Seven trials find one of so many."""

SHORTEST_STEP_S, LONGEST_STEP_S = 10, 300
SHORTEST_SOAK_S, LONGEST_SOAK_S = 180, LONGEST_S - RISE_S


@dataclass(frozen=True)
class Plan:
    """What is asked for: rates in journeys per second; `base` is half of X if left out."""

    mix: Mix
    targets: Targets
    shapes: Sequence[str]
    most: float
    by: float
    step_s: float
    base: float | None
    soak_s: float

    def check(self) -> None:
        """Raises WrongUseError for a measurement that makes no sense."""
        for is_wrong, message, hint in [*self._about_targets(), *self._about_rates(), *self._about_times()]:
            if is_wrong:
                raise WrongUseError(message, hint)

    def _about_targets(self) -> Iterator[tuple[bool, str, str]]:
        unknown = ", ".join(each for each in self.shapes if each not in SHAPES)
        yield bool(unknown), f"{unknown} is not a shape that is measured.", f"Shapes: {', '.join(SHAPES)}"
        success = self.targets.success_percent
        yield not 0 < success <= 100, f"--success is a share in per cent, not {success:g}.", "For example: 99.99"
        yield self.targets.p95_s <= 0, "--p95 is a time above 0.", "For example: --p95 750ms"

    def _about_rates(self) -> Iterator[tuple[bool, str, str]]:
        yield not self.mix.shares, "No journey has a rate above 0.", "For example: --journey buy=8"
        yield not 0 < self.by <= self.most, "--by lies between 0 and --most.", "For example: --by 0.5 --most 24"
        values = round(self.most / self.by) if self.by > 0 else 0
        many = f"{values} rates are more than the {MOST_VALUES} that can be told apart."
        yield values > MOST_VALUES, many, "Raise --by or lower --most"
        highest = max(self.most, (self.base or 0) * FACTORS[-1])
        yield highest > HIGHEST_RATE, f"At most {HIGHEST_RATE:g} journeys come in a second.", "Lower --most or --base"
        needs = f"{', '.join(self.shapes)} needs a base rate."
        has_base = self.base is not None or CONSTANT in self.shapes
        yield not has_base, needs, "Give one, such as --base 4, or have X found first: --shape constant"
        yield self.base is not None and self.base <= 0, "--base is a rate above 0.", "For example: --base 4"

    def _about_times(self) -> Iterator[tuple[bool, str, str]]:
        shortest, longest = SHORTEST_STEP_S, LONGEST_STEP_S
        yield not shortest <= self.step_s <= longest, f"--step is from {shortest}s to {longest}s.", "For example: 30s"
        is_long = SHORTEST_SOAK_S <= self.soak_s <= LONGEST_SOAK_S
        soaks = SOAK in self.shapes
        yield soaks and not is_long, "A soak takes from three minutes to almost an hour.", "For example: --for 20m"
