"""Chooses an incident and its onset by the seed alone, so that a class can be given the same one."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from whodunit.errors import WrongUseError
from whodunit.incident.loader import Case
from whodunit.mystery.cases import LEVELS, faces
from whodunit.mystery.draw import drawn

HEALTHY_S = 30.0
"""The least time for which the shop is seen in health."""

FIRST_PART = 0.15
"""The onset lies within this share of the time after that."""


@dataclass(frozen=True)
class Choice:
    """`onset_after_s` is counted in seconds from the start, when telemetry begins."""

    case: Case
    onset_after_s: int


def choose(cases: Sequence[Case], seed: int, level: int | None, minutes: float) -> Choice:
    """One of the cases behind one of the complaints, by `seed`; `level` is 1 to 3, None for any.

    Raises WrongUseError when none fits.
    """
    playable = faces(cases, level)
    if not playable:
        raise WrongUseError(f"There is no mystery of level {level}.", f"Levels: 1 to {len(LEVELS)}")
    latest = HEALTHY_S + FIRST_PART * minutes * 60
    return Choice(
        case=_drawn(playable[sorted(playable)[drawn(seed, "face", len(playable))]], seed),
        onset_after_s=int(HEALTHY_S + drawn(seed, "onset", int(latest - HEALTHY_S + 1))),
    )


def _drawn(weighed: Sequence[tuple[Case, Fraction]], seed: int) -> Case:
    """One of the cases, each as often as it is likely."""
    parts = lcm(*(share.denominator for _, share in weighed))
    lots = [case for case, share in weighed for _ in range(int(share * parts))]
    return lots[drawn(seed, "case", parts)]
