"""The cases that a mystery may be of: each cause of a face, and behind every face also that nothing is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from whodunit.errors import WrongUseError
from whodunit.faults.flagfile import Schedule
from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.model import Level
from whodunit.incident.phases import Expected, Quiet, Tells, Unchanged
from whodunit.incident.truth import Truth

LEVELS = tuple(Level)

FALSE_ALARM = "nothing-wrong"
"""The name of the cause where there is none."""

HEALTHY = "all-quiet"
"""The case whose truth, and whose recording, stand for every false alarm."""

INNOCENCE = Fraction(1, 4)
"""The share of the seeds of a face in which nothing is wrong."""

NO_HINTS = (
    "Does the shop keep its objectives? Look at the numbers of the last minutes beside those of the beginning.",
    "Who suffers? Count what fails, and what is late, of all that was asked.",
    "A number that moves is no trouble by itself: what of it would a customer notice?",
)


def is_mystery(case: Case, level: int | None = None) -> bool:
    """True if something breaks in `case` that is proved on every target and without a browser, and at that level."""
    scenario = case.scenario
    anywhere = all(is_proved_on(scenario, target) for target in ("lite", "stack")) and not scenario.load.browsers
    return scenario.breaks and anywhere and level in (None, LEVELS.index(scenario.level) + 1)


def faces(cases: Sequence[Case], level: int | None = None) -> Mapping[str, list[tuple[Case, Fraction]]]:
    """The cases behind each complaint, by its slug, and how likely each is; those of one level unless it is None."""
    causes: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda case: case.name):
        if is_mystery(case, level):
            causes.setdefault(case.slug, []).append(case)
    return {slug: _weighed(found) for slug, found in causes.items()}


def named(cases: Sequence[Case], name: str) -> Case:
    """The case of that name, a false alarm included; raises WrongUseError when there is none."""
    for found in faces(cases).values():
        for case, _ in found:
            if case.name == name:
                return case
    raise WrongUseError(f"There is no mystery {name!r}.", "It may be of another release.")


def schedule_of(cases: Sequence[Case], slug: str) -> Schedule | None:
    """The schedule by which a complaint comes and goes; None if it does not."""
    faults = [fault for case in cases if case.slug == slug for fault in case.scenario.flags]
    return next((fault.switched for fault in faults if fault.switched), None)


def truth_of(case: Case) -> Truth:
    """The solution of a case, a false alarm included. Raises ScenarioFileError."""
    return load_truth(case if case.scenario.breaks else catalogue.find(HEALTHY))


def _weighed(causes: Sequence[Case]) -> list[tuple[Case, Fraction]]:
    each = (1 - INNOCENCE) / len(causes)
    return [*((case, each) for case in causes), (_false_alarm(causes[0]), INNOCENCE)]


def _false_alarm(case: Case) -> Case:
    """The complaint of a face behind which nothing is wrong: its load without a rush, and as many hints."""
    face = case.scenario
    nothing = {
        "load": face.load.model_copy(update={"rush": None}),
        "before": [],
        "trigger": None,
        "faults": [],
        "expect": Expected(),
        "tells": Tells(),
        "quiet": Quiet(),
        "unchanged": Unchanged(),
        "remedies": [],
        "hints": list(NO_HINTS[: len(face.hints)]),
    }
    return replace(case, scenario=face.model_copy(update=nothing), cause=FALSE_ALARM)
