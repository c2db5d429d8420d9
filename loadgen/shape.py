"""The change of load over time, as a factor and as a mapping of time.

constant  1 throughout
step      1, then `factor` from `at_s` to the end
spike     1, then `factor` from `at_s` for `for_s`, then 1 again
soak      rises evenly from 0 to 1 during `at_s`, then 1 to the end: for long runs

A rush changes one kind of journey: from its rate to another one, in steps of a second.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf, sqrt

from loadgen.spec import Rush, ShapeSpec


@dataclass(frozen=True)
class Shape:
    """`levels` are the moments at which the factor changes, and the factor from there on."""

    levels: tuple[tuple[float, float], ...]
    rise_s: float = 0.0

    def factor(self, at_s: float) -> float:
        """The factor of the load, `at_s` seconds after the start."""
        if at_s < self.rise_s:
            return at_s / self.rise_s
        return [factor for begin_s, factor in self.levels if begin_s <= at_s][-1]

    def time_of(self, effort_s: float) -> float:
        """The time by which as much load has come as a constant factor of 1 brings in `effort_s` seconds."""
        if effort_s < self.rise_s / 2:
            return sqrt(2 * self.rise_s * effort_s)
        left_s = effort_s + self.rise_s / 2
        for (begin_s, factor), (end_s, _) in pairwise((*self.levels, (inf, 0.0))):
            if factor and left_s <= (end_s - begin_s) * factor:
                return begin_s + left_s / factor
            left_s -= (end_s - begin_s) * factor
        raise AssertionError("the last level has no end")


def shape_of(spec: ShapeSpec) -> Shape:
    """The shape that a spec names."""
    match spec.kind:
        case "step":
            return Shape(((0.0, 1.0), (spec.at_s, spec.factor)))
        case "spike":
            return Shape(((0.0, 1.0), (spec.at_s, spec.factor), (spec.at_s + spec.for_s, 1.0)))
        case "soak":
            return Shape(((0.0, 1.0),), rise_s=spec.at_s)
        case _:
            return Shape(((0.0, 1.0),))


def rise(rate: float, to_rate: float, rush: Rush) -> Shape:
    """The rate of one kind of journey as a factor of the larger one, before, during and after the ramp of a rush."""
    steps, most = max(1, round(rush.ramp_s)), max(rate, to_rate)
    ramp = ((rush.at_s + step, (rate + (to_rate - rate) * (step + 1) / steps) / most) for step in range(steps))
    return Shape(((0.0, rate / most), *ramp))
