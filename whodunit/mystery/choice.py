"""Chooses an incident and its onset by the seed alone, so that a class can be given the same one."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from whodunit.errors import WrongUseError
from whodunit.incident.loader import Case
from whodunit.incident.model import Level

HEALTHY_S = 30.0
"""The least time for which the shop is seen in health."""

FIRST_PART = 0.15
"""The onset lies within this share of the time after that."""

LEVELS = tuple(Level)


@dataclass(frozen=True)
class Choice:
    """`onset_after_s` is counted in seconds from the start of the load."""

    case: Case
    onset_after_s: int


def choose(cases: Sequence[Case], seed: int, level: int | None, minutes: float) -> Choice:
    """One of `cases`, by `seed`; `level` is 1 to 3, None for any. Raises WrongUseError when none fits."""
    fitting = sorted((case for case in cases if is_mystery(case, level)), key=lambda case: case.name)
    if not fitting:
        raise WrongUseError(f"There is no mystery of level {level}.", f"Levels: 1 to {len(LEVELS)}")
    latest = HEALTHY_S + FIRST_PART * minutes * 60
    return Choice(
        case=fitting[_number(seed, "case") % len(fitting)],
        onset_after_s=int(HEALTHY_S + _number(seed, "onset") % int(latest - HEALTHY_S + 1)),
    )


def is_mystery(case: Case, level: int | None = None) -> bool:
    """True if the lab can switch what breaks in `case`, and it has that level."""
    scenario = case.scenario
    return scenario.breaks and not scenario.outages and level in (None, LEVELS.index(scenario.level) + 1)


def _number(seed: int, about: str) -> int:
    return int.from_bytes(sha256(f"{seed}/{about}".encode()).digest()[:8])
