"""Marks an answer against the truth. The same answer and the same facts always get the same points."""

from collections.abc import Iterable, Sequence, Sized
from dataclasses import asdict, dataclass
from itertools import permutations
from typing import Any

from whodunit.faults.ledger import iso
from whodunit.incident.truth import Reason, Truth
from whodunit.mystery.answer import Answer, words
from whodunit.mystery.facts import Facts
from whodunit.mystery.plan import Diary, Mitigation
from whodunit.topology import COMPONENTS

WEIGHTS = {"component": 10, "reason": 40, "onset": 5, "propagation": 5, "evidence": 25, "mitigation": 15}
"""The form: the same for every case, one in which nothing is wrong included."""

NOBODY = "none"
"""The component at fault where nothing is wrong."""

FIRST_HINT = 5
"""Points; each further hint costs as much more."""

ANOTHER_TRY = 3
"""Points for each mitigation after the first: a list tried from top to bottom is no finding."""

NOTHING_IN_FORCE = "nothing was put in force"
ALWAYS_SUFFERS = frozenset({"frontend", "load generator", "frontend proxy"})
"""Components that show every incident: neither required nor wrong."""


@dataclass(frozen=True)
class Mark:
    """The points that one field of the form earned, of `weight`."""

    field: str
    weight: int
    points: float
    answered: str
    truth: str


@dataclass(frozen=True)
class Verdict:
    """`score` is 0 to 100, with `deductions` for hints and for trying around taken off."""

    marks: tuple[Mark, ...]
    deductions: int
    score: float

    def as_json(self) -> dict[str, Any]:
        """The verdict as JSON."""
        return asdict(self)


def grade(truth: Truth, diary: Diary) -> Verdict:
    """The verdict on the answer in `diary`; an answer that was never given earns nothing."""
    examiner = _Examiner(truth, diary)
    marks = tuple(examiner.mark(field) for field in WEIGHTS)
    taken_off = deductions(diary.hints, len(diary.mitigations))
    earned = sum(mark.points for mark in marks)
    return Verdict(marks, taken_off, round(max(0.0, earned - taken_off), 1))


def deductions(hints: int, tries: int) -> int:
    """The points that so many hints and so many mitigations cost together."""
    return hint_cost(hints) + ANOTHER_TRY * max(0, tries - 1)


def hint_cost(hints: int) -> int:
    """The price of so many hints together, in points."""
    return FIRST_HINT * hints * (hints + 1) // 2


class _Examiner:
    def __init__(self, truth: Truth, diary: Diary) -> None:
        self._truth = truth
        self._diary = diary
        self._answer = diary.answer or Answer()

    def mark(self, field: str) -> Mark:
        share, answered, truth = getattr(self, f"_{field}")()
        if self._denies_trouble and not self._is_well:
            share = 0.0
        return Mark(field, WEIGHTS[field], round(share * WEIGHTS[field], 1), answered, truth)

    def _component(self) -> tuple[float, str, str]:
        truth, second = self._truth, self._truth.second
        named = self._answer.component or (NOBODY if self._denies_trouble else "")
        accepted = [[truth.component or NOBODY, *truth.synonyms.component]]
        accepted += [[second.component, *second.synonyms.component]] if second else []
        return _named(accepted, [named, self._answer.second_component])

    def _reason(self) -> tuple[float, str, str]:
        truth, second = self._truth, self._truth.second
        accepted = [[truth.reason.value, *truth.synonyms.reason]]
        accepted += [[second.reason.value, *second.synonyms.reason]] if second else []
        return _named(accepted, [self._answer.reason, self._answer.second_reason])

    def _onset(self) -> tuple[float, str, str]:
        said = self._answer.onset.isoformat() if self._answer.onset else ""
        if self._is_well:
            return self._left_out(said), said, NOBODY
        onset = self._truth.onset
        after, tolerance = (onset.after, onset.tolerance) if onset else (0.0, 30.0)
        truth_s, said_s = self._diary.plan.onset_s + after, self._answer.onset_s
        share = 0.0 if said_s is None else _closeness(abs(said_s - truth_s), tolerance)
        return share, said, iso(truth_s)

    def _propagation(self) -> tuple[float, str, str]:
        named = ", ".join(self._answer.propagation)
        if self._is_well:
            return self._left_out(named), named, NOBODY
        reached = affected(self._truth)
        recorded = self._recorded(reached)
        truth = {each for each in reached if each in recorded or each in self._at_fault}
        # A service that did not suffer in this run is not required, and one that did is not wrong.
        said = {words(each) for each in self._answer.propagation} - ALWAYS_SUFFERS - ((reached | recorded) - truth)
        share = len(said & truth) / len(said | truth) if truth else float(not said)
        return share if share >= 0.5 else 0.0, named, ", ".join(sorted(truth))

    def _recorded(self, reached: set[str]) -> set[str]:
        suffering = self._diary.facts.suffering if self._diary.facts else None
        return reached if suffering is None else {words(each) for each in suffering}

    def _evidence(self) -> tuple[float, str, str]:
        facts = self._diary.facts or Facts()
        cited = "; ".join(str(each) for each in self._answer.evidence)
        told_apart, siblings = len(facts.excluded), len(facts.siblings)
        share = self._known_reasons * told_apart / siblings if siblings else 0.0
        return share, cited, f"excludes {told_apart} of {siblings} other causes; nothing without the reason"

    def _mitigation(self) -> tuple[float, str, str]:
        named = self._answer.mitigation
        if self._is_well:
            return self._left_out(self._diary.mitigations), named, NOTHING_IN_FORCE
        return _healed(self._diary.mitigations, named), named, "one that was seen to end the symptoms, and its cause"

    @property
    def _is_well(self) -> bool:
        return self._truth.reason is Reason.NOTHING_WRONG

    @property
    def _denies_trouble(self) -> bool:
        """True for an answer that nothing is wrong, which accuses nobody, whatever else it says."""
        return _is_one_of(self._answer.reason, [Reason.NOTHING_WRONG])

    @property
    def _at_fault(self) -> set[str]:
        return {words(each) for each in self._truth.components}

    @property
    def _known_reasons(self) -> float:
        share, _, _ = self._reason()
        return share

    def _left_out(self, given: Sized) -> float:
        """The share of a question that does not arise: in full for one who says that nothing is wrong."""
        return 0.0 if given else self._known_reasons


def affected(truth: Truth) -> set[str]:
    """The services that the trouble passed through, as the grader compares them."""
    names = {*truth.components, *(step.source for step in truth.propagation)}
    names |= {step.target for step in truth.propagation}
    return {words(name) for name in names if name in COMPONENTS} - ALWAYS_SUFFERS


def _named(accepted: Sequence[Sequence[str]], answers: Iterable[str]) -> tuple[float, str, str]:
    """The share of what there is to name that was named: a second answer where there is one cause halves it."""
    said = [each for each in answers if each]
    found = max(sum(map(_is_one_of, order, accepted)) for order in permutations([*said, "", ""], len(accepted)))
    truth = ", ".join(each[0] for each in accepted)
    return found / max(len(said), len(accepted)), ", ".join(said), truth


def _is_one_of(said: str, accepted: Iterable[str]) -> bool:
    return bool(said) and words(said) in {words(each) for each in accepted}


def _closeness(off_s: float, tolerance_s: float) -> float:
    if off_s <= tolerance_s:
        return 1.0
    return 0.5 if off_s <= 2 * tolerance_s else 0.0


def _healed(mitigations: Sequence[Mitigation], named: str) -> float:
    """In full if it was seen to end the symptoms, half if the cause stayed."""
    seen = [each for each in mitigations if each.healed_s is not None and _is_one_of(named, [each.name])]
    return max((0.5 if each.hides else 1.0 for each in seen), default=0.0)
