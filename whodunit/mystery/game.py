"""The mystery that runs: its case, its progress, and the part that a player may know."""

from dataclasses import dataclass, field

from whodunit.errors import WrongUseError
from whodunit.incident.loader import Case
from whodunit.incident.truth import Truth
from whodunit.lab.controls import Json
from whodunit.mystery.absence import Absences
from whodunit.mystery.grading import hint_cost
from whodunit.mystery.healing import Healing
from whodunit.mystery.plan import Diary

STAGED_AFTER_S = 8.0
"""Services read the flag file twice a second, and export metrics every five seconds."""


@dataclass
class Game:
    """`doors_open` is true if the load runs, `has_past` if earlier telemetry would show how it was staged."""

    case: Case
    truth: Truth
    key: bytes
    diary: Diary
    healing: Healing
    absences: Absences = field(default_factory=Absences)
    doors_open: bool = False
    has_past: bool = False

    def told(self, now_s: float) -> Json:
        """The state for a player: nothing in it names the cause."""
        diary, scenario = self.diary, self.case.scenario
        return {
            "running": True,
            "mystery": diary.plan.id,
            "title": scenario.title,
            "complaint": scenario.story,
            "started_s": diary.plan.started_s,
            "seconds_left": max(0.0, round(diary.plan.end_s - now_s, 1)),
            "hints_used": diary.hints,
            "hints_left": len(scenario.hints) - diary.hints,
            "next_hint_costs": self.next_hint_costs,
            "mitigations": [each.name for each in diary.mitigations],
            "answered": diary.answer is not None,
        }

    @property
    def next_hint(self) -> str:
        """The cheapest hint that was not given yet; raises WrongUseError after the last."""
        hints = self.case.scenario.hints
        if self.diary.hints >= len(hints):
            raise WrongUseError("There are no more hints.", "Answer: whodunit mystery answer")
        return hints[self.diary.hints]

    @property
    def next_hint_costs(self) -> int:
        """The price of the next hint, in points."""
        return hint_cost(self.diary.hints + 1) - hint_cost(self.diary.hints)

    def is_staged(self, now_s: float) -> bool:
        """True if the last metrics from before the start have arrived."""
        return now_s >= self.diary.plan.started_s + STAGED_AFTER_S

    def is_over(self, now_s: float) -> bool:
        """True if its time is up."""
        return now_s >= self.diary.plan.end_s
