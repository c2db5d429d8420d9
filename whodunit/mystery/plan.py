"""What the lab knows about the mystery that runs: what was planned, and what has happened since."""

from typing import Any

from whodunit.mystery.answer import Answer
from whodunit.mystery.facts import Facts
from whodunit.scenario.quantities import Strict


class Plan(Strict):
    """Fixed at the start; moments are seconds since 1970. `leader_key` seals the hand-in."""

    id: str
    case: str
    seed: int
    started_s: float
    onset_s: int
    latest_onset_s: int
    end_s: int
    leader_key: str
    load_before: dict[str, Any] | None


class Mitigation(Strict):
    """Something the player has put in force; `healed_s` is when the symptoms were seen to be gone."""

    flag: str
    applied_s: float
    healed_s: float | None = None


class Diary(Strict):
    """The plan and everything since."""

    plan: Plan
    hints: int = 0
    mitigations: tuple[Mitigation, ...] = ()
    answer: Answer | None = None
    facts: Facts | None = None
