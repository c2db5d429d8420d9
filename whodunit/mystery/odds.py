"""What somebody earns who knows every case by heart and looks at no telemetry: the best answer to each complaint."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.incident.model import Scenario
from whodunit.incident.truth import Truth
from whodunit.mystery.answer import Answer
from whodunit.mystery.by_heart import best
from whodunit.mystery.cases import LEVELS, faces, truth_of
from whodunit.mystery.choice import FIRST_PART, HEALTHY_S
from whodunit.mystery.facts import Facts
from whodunit.mystery.gathering import family, recorded_as
from whodunit.mystery.grading import NOBODY, WEIGHTS, affected, grade
from whodunit.mystery.mitigations import of_flag
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.schemas import USUAL_MIN
from whodunit.mystery.trail import Trail, recorded
from whodunit.runs import recordings

STARTED_S = 1_700_000_000
EARLIEST_S = int(HEALTHY_S)
LATEST_S = int(HEALTHY_S + FIRST_PART * USUAL_MIN * 60)
ONSETS = range(EARLIEST_S, LATEST_S + 1)
SOME = ONSETS[::15]


@dataclass(frozen=True)
class Chance:
    """One case that may be behind a complaint: how likely, its truth, what heals it, and what the grader finds of it.

    `heals` is true for a mitigation that leaves the cause; `facts` are those of the evidence that tells it best, read
    in its recording.
    """

    name: str
    share: float
    truth: Truth
    heals: Mapping[str, bool]
    facts: Facts

    def diary(self, answer: Answer, onset_s: int = EARLIEST_S) -> Diary:
        """The diary of a player who gives `answer`, and has put its mitigation in force."""
        tried: tuple[Mitigation, ...] = ()
        if answer.mitigation:
            action, service = answer.mitigation.split()
            healed_s = 1.0 if answer.mitigation in self.heals else None
            hides = self.heals.get(answer.mitigation, False)
            tried = (Mitigation(action=action, service=service, applied_s=0.0, healed_s=healed_s, hides=hides),)
        return Diary(plan=_plan(self.name, STARTED_S + onset_s), mitigations=tried, answer=answer, facts=self.facts)


@dataclass(frozen=True)
class Odds:
    """The most that a guesser can expect for one complaint, by the field, and the answer that earns it."""

    face: str
    level: int
    prior: float
    chances: tuple[Chance, ...]
    strategy: Answer
    by_field: Mapping[str, float]

    @property
    def expected(self) -> float:
        """Points, of 100."""
        return sum(self.by_field.values())

    @property
    def causes(self) -> int:
        """The number of causes behind the complaint, apart from none."""
        return len(self.chances) - 1

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        said = self.strategy.model_dump(mode="json", exclude_defaults=True)
        onset = {"onset": f"{self.strategy.onset_s - STARTED_S:g} s after the start"} if self.strategy.onset_s else {}
        return {
            "face": self.face,
            "prior": round(self.prior, 4),
            "expected": round(self.expected, 1),
            "strategy": said | onset,
            "by_field": {field: round(points, 2) for field, points in self.by_field.items()},
        }


def every() -> list[Odds]:
    """The odds of each complaint."""
    found = faces(catalogue.cases())
    return [_of_face(slug, weighed, 1 / len(found)) for slug, weighed in found.items()]


def as_json(odds: Sequence[Odds]) -> dict[str, Any]:
    """As the command prints it."""
    worst = max(odds, key=lambda each: each.expected)
    return {
        "grading": WEIGHTS,
        "expected": round(expected(odds), 1),
        "worst": {"face": worst.face, "level": worst.level, "expected": round(worst.expected, 1)},
        "faces": [each.as_json() for each in odds],
    }


def expected(odds: Iterable[Odds]) -> float:
    """The mean over the complaints, each as often as seeds choose it."""
    return sum(each.prior * each.expected for each in odds)


def _of_face(slug: str, weighed: Sequence[tuple[Case, Fraction]], prior: float) -> Odds:
    with ExitStack() as stack:
        known = {each.name: stack.enter_context(recorded(recordings.kept(each).run)) for each in family(slug)}
        symptoms = weighed[0][0].scenario
        chances = [_chance(case, float(share), symptoms, known) for case, share in weighed]
    reasons = {(*(each.value for each in chance.truth.reasons), "")[:2] for chance in chances}
    found = [_best(chances, *each) for each in sorted(reasons | {(one, "") for pair in reasons for one in pair if one})]
    chosen = max(found, key=lambda answer: sum(_earned(chances, answer, SOME).values()))
    return Odds(slug, LEVELS.index(symptoms.level) + 1, prior, tuple(chances), chosen, _earned(chances, chosen, ONSETS))


def _chance(case: Case, share: float, symptoms: Scenario, known: Mapping[str, Trail]) -> Chance:
    heals = {of_flag(each.flag): each.effect == "hides" for each in case.scenario.remedies if each.heals}
    run = known.get(recorded_as(case))
    facts = best(run, case, (case.scenario, symptoms), known.items()) if run else Facts()
    return Chance(case.name, share, truth_of(case), heals, facts)


def _best(chances: Sequence[Chance], reason: str, second: str) -> Answer:
    """The best answer with these reasons; no other field depends on another."""
    answer = Answer(reason=reason, second_reason=second)
    accused = {(*(each.truth.components or [NOBODY]), "")[:2] for each in chances}
    accused |= {(one, "") for pair in accused for one in pair if one}
    choices: dict[str, Iterable[dict[str, Any]]] = {
        "component": [{"component": one, "second_component": other} for one, other in sorted(accused)],
        "onset": [{"onset": each} for each in (None, *map(_moment, SOME))],
        "propagation": [{"propagation": each} for each in ([], *(sorted(affected(each.truth)) for each in chances))],
        "mitigation": [
            {"mitigation": each} for each in ("", *sorted({name for each in chances for name in each.heals}))
        ],
    }
    for field, values in choices.items():
        said = [answer.model_copy(update=value) for value in values]
        onsets = SOME if field == "onset" else SOME[:1]
        earned = [_earned(chances, each, onsets)[field] for each in said]
        answer = said[earned.index(max(earned))]
    return answer


def _earned(chances: Sequence[Chance], answer: Answer, onsets: Sequence[int]) -> dict[str, float]:
    """The points of each field to be expected, over all causes and onsets."""
    earned = dict.fromkeys(WEIGHTS, 0.0)
    for chance in chances:
        for onset_s in onsets:
            for mark in grade(chance.truth, chance.diary(answer, onset_s)).marks:
                earned[mark.field] += mark.points * chance.share / len(onsets)
    return earned


def _moment(after_s: int) -> datetime:
    return datetime.fromtimestamp(STARTED_S + after_s, UTC)


def _plan(case: str, onset_s: int) -> Plan:
    return Plan(
        id="",
        case=case,
        seed=0,
        started_s=STARTED_S,
        onset_s=onset_s,
        latest_onset_s=onset_s,
        end_s=onset_s,
        leader_key="",
        load_before=None,
    )
