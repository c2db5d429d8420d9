"""Students' labs without a shop: each with a mystery that one hears of, and can answer."""

from typing import Any

from whodunit.errors import LabError
from whodunit.mystery.answer import Answer
from whodunit.mystery.handin import HandIn, hand_in
from whodunit.mystery.plan import Diary, Mitigation, Plan, hand_in_key
from whodunit.mystery.schemas import Wanted

CASE, COMPONENT, REASON = "checkout-hangs/leaked", "payment", "connection-leak"
RIGHT = Answer(component=COMPONENT, reason=REASON)


class FakeMystery:
    """What a lab tells of its mystery, hand-ins included."""

    def __init__(self) -> None:
        self.diary: Diary | None = None
        self.started: list[Wanted] = []
        self.ended: dict[str, str] = {}
        self.refusal: LabError | None = None
        self.kills = False  # its lab, when it begins
        self._handed_in: HandIn | None = None

    async def status(self) -> dict[str, Any]:
        if self.diary is None:
            return {"running": False} | self.ended
        return {
            "running": True,
            "mystery": self.diary.plan.id,
            "hints_used": self.diary.hints,
            "mitigations": [each.name for each in self.diary.mitigations],
            "seconds_left": 600.0,
        }

    async def start(self, wanted: Wanted) -> dict[str, Any]:
        if self.refusal:
            raise self.refusal
        if self.kills:
            raise KeyboardInterrupt
        self.started.append(wanted)
        self.ended, self._handed_in, self.diary = {}, None, Diary(plan=_plan(wanted))
        return await self.status()

    @property
    def handed_in(self) -> HandIn | None:
        return self._handed_in

    def does(self, *, hints: int = 0, tries: int = 0) -> None:
        """A student buys hints and tries mitigations."""
        assert self.diary
        tried = (Mitigation(action="restart", service="payment", applied_s=1.0),) * tries
        self.diary = self.diary.model_copy(update={"hints": hints, "mitigations": tried})

    def answers(self, answer: Answer) -> None:
        """A student answers."""
        assert self.diary
        self.diary = self.diary.model_copy(update={"answer": answer})
        self._handed_in = hand_in(self.diary)

    def ends(self, why: str = "") -> None:
        """The mystery is over: revealed, or for a reason of the lab's."""
        assert self.diary
        self.ended = {"ended": why} if why else {"revealed": self.diary.plan.id}
        self.diary = None


def _plan(wanted: Wanted) -> Plan:
    sealing = wanted.hand_in or hand_in_key(wanted.leader)
    return Plan(
        id=sealing.mystery,
        case=CASE,
        seed=wanted.seed or 0,
        started_s=0.0,
        onset_s=0,
        latest_onset_s=0,
        end_s=600,
        leader_key=sealing.key,
        load_before=None,
    )
