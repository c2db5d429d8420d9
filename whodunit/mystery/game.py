"""The mystery that runs: its case, its progress, and the part that a player may know."""

from dataclasses import dataclass, field

from whodunit.errors import WrongUseError
from whodunit.incident.loader import Case
from whodunit.incident.truth import Reason, Truth
from whodunit.lab.controls import Json
from whodunit.mystery.absence import Absences
from whodunit.mystery.grading import hint_cost
from whodunit.mystery.healing import Healing
from whodunit.mystery.plan import Diary
from whodunit.topology import BY_NAME

UNREAD_S = 10.0
"""How much longer than planned the services may take to read the sealed flag file."""


@dataclass
class Game:
    """`doors_open` is true if the load runs, `has_begun` once everything is in place that was there before, and
    `keeps_past` if earlier telemetry, which shows how it was staged, is kept. `readers` have the flag file's key.
    """

    case: Case
    truth: Truth
    key: bytes
    diary: Diary
    healing: Healing
    absences: Absences = field(default_factory=Absences)
    doors_open: bool = False
    has_begun: bool = False
    keeps_past: bool = False
    readers: set[str] = field(default_factory=set)

    def told(self, now_s: float) -> Json:
        """The state for a player: nothing in it names the cause."""
        diary, scenario = self.diary, self.case.scenario
        return {
            "running": True,
            "mystery": diary.plan.id,
            "title": scenario.title,
            "complaint": scenario.story,
            "started_s": diary.plan.started_s,
            "begins_in_s": 0.0 if self.has_begun else max(1.0, round(diary.plan.started_s - now_s, 1)),
            "seconds_left": max(0.0, round(diary.plan.end_s - now_s, 1)),
            "hints": scenario.hints[: diary.hints],
            "hints_used": diary.hints,
            "hints_left": len(scenario.hints) - diary.hints,
            "next_hint_costs": self.next_hint_costs,
            "mitigations": [each.name for each in diary.mitigations],
            "pins": [pin.model_dump() for pin in diary.pins],
            "answered": diary.answer is not None,
            "closes": diary.plan.closes,
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

    @property
    def unread(self) -> list[str]:
        """The services that have not read the sealed flag file."""
        return [name for name in BY_NAME if name not in self.readers]

    @property
    def taken_away(self) -> set[str]:
        """The services that are not ready because of what is wrong."""
        truth = self.truth
        return {truth.component} if truth.component and truth.reason is Reason.CRASH_LOOP else set()

    def is_unstaged(self, now_s: float) -> bool:
        """True if it should have begun, and cannot."""
        return not self.has_begun and bool(self.unread) and now_s >= self.diary.plan.started_s + UNREAD_S

    def may_begin(self, now_s: float) -> bool:
        """True if it has not begun, its time has come, and every service has read the flag file."""
        return not self.has_begun and now_s >= self.diary.plan.started_s and not self.unread

    def is_over(self, now_s: float) -> bool:
        """True if its time is up."""
        return now_s >= self.diary.plan.end_s

    def is_closed(self, now_s: float) -> bool:
        """True if its time is up, and nothing is taken any more."""
        return self.diary.plan.closes and self.is_over(now_s)
