"""Marks a load report and the test plan beside it; where it is asked for, the shop that runs is measured again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from whodunit.errors import LabError, WrongUseError
from whodunit.gradebook.row import Criterion, Row
from whodunit.gradebook.rubric import GUIDE, LoadRubric
from whodunit.limit.document import VERSION
from whodunit.limit.measurement import COMPLETE
from whodunit.limit.targets import Figures, Targets, Verdict, verdict
from whodunit.strict_yaml.positions import plain
from whodunit.strict_yaml.reader import parse
from whodunit.strict_yaml.suggestion import meant

PLAN_FILE = "test-plan.yaml"
AGAIN = "Measure it again: whodunit load limit"

FindAgain = Callable[["Measured"], float | None]
"""Measures the shop that runs as a report did; returns X."""


class Part(BaseModel):
    """The part of a report that is marked; the rest is passed over."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class Aims(Part):
    """The targets of a measurement."""

    success_percent: float
    p95_s: float


class Result(Part):
    """The result of a search."""

    value: float | None
    missed: float | None
    confirmed: bool


class Tried(Part):
    """One trial, with what was counted."""

    shape: str
    rate: float
    confirms: bool
    verdict: str
    requests: int
    failures: int
    samples: int
    p95_s: float | None
    late_s: float


class Measured(Part):
    """A `report.json` of `whodunit load limit`."""

    version: Literal[1]
    started: str
    ended: str
    machine: str
    targets: Aims
    mix: dict[str, Annotated[float, Field(ge=0)]]
    by: float
    most: float
    step_s: float
    constant: Result | None = None
    limit: dict[str, Any] | None
    trials: list[Tried]


def marked(file: Path, text: str, rubric: LoadRubric, identity: str, find_again: FindAgain | None) -> Row:
    """The row, without a name: a report holds none. Raises LabError for what is no report, or cannot be measured."""
    found = _read(text)
    wrong = list(_contradictions(found))
    criteria = [*_criteria(found, wrong, rubric), _plan(file.parent / PLAN_FILE, rubric)]
    if find_again:
        criteria.append(_again(found, find_again(found), rubric))
    notes = (f"measured on {found.machine}", *wrong[:3])
    return Row(str(file), "", "load", found.started, tuple(criteria), notes, identity=identity)


def _read(text: str) -> Measured:
    try:
        return Measured.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        if first["loc"] == ("version",):
            raise WrongUseError(f"It is of another version than {VERSION}.", AGAIN) from error
        field = ".".join(map(str, first["loc"]))
        raise WrongUseError(f"This is no report of a load limit: {field} is not as it was written.", AGAIN) from error


def _contradictions(found: Measured) -> Iterator[str]:
    """Whatever in a report does not follow from the numbers beside it."""
    targets = Targets(found.targets.success_percent, found.targets.p95_s)
    for number, trial in enumerate(found.trials, 1):
        counted_ = Figures(trial.requests, trial.failures, trial.samples, trial.p95_s, trial.late_s)
        if (true := verdict(counted_, targets).value) != trial.verdict:
            yield f"trial {number} is said to be {trial.verdict}, and its numbers say {true}"
    result = found.constant
    if result and result.value is not None and not _tried(found, result.value, met=True):
        yield f"X is said to be {result.value:g}/s, and no trial at that rate met the targets"
    if result and result.missed is not None and not _tried(found, result.missed, met=False):
        yield f"{result.missed:g}/s is said to be too much, and no trial missed the targets there"
    if result and result.confirmed and not any(each.confirms for each in _tried(found, result.value, met=True)):
        yield "X is said to be confirmed, and no trial confirms it"


def _tried(found: Measured, rate: float | None, *, met: bool) -> list[Tried]:
    return [
        each
        for each in found.trials
        if (each.shape, each.rate) == ("constant", rate) and (each.verdict == Verdict.MET) is met
    ]


def _criteria(found: Measured, wrong: list[str], rubric: LoadRubric) -> Iterator[Criterion]:
    points, result = rubric.points, found.constant
    holds = result is not None and result.value is not None and not wrong
    yield _all_or_nothing("complete", points.complete, "" if found.ended == COMPLETE else found.ended)
    yield _all_or_nothing("carried", points.carried, wrong[0] if wrong else "" if holds else "there is no X")
    confirmed = holds and result is not None and result.confirmed
    yield _all_or_nothing("confirmed", points.confirmed, "" if confirmed else "X was not confirmed")
    kind = (found.limit or {}).get("kind")
    yield _all_or_nothing("limit", points.limit, "" if kind else "nothing was found that limits it")


def _plan(file: Path, rubric: LoadRubric) -> Criterion:
    """The share of the rubric's fields that a test plan fills."""
    whole = rubric.points.plan
    if not file.is_file():
        return Criterion("plan", 0, whole, f"there is no {PLAN_FILE} beside the report")
    try:
        said = plain(parse(file, GUIDE))
    except LabError as error:
        return Criterion("plan", 0, whole, error.message)
    if not isinstance(said, dict):
        return Criterion("plan", 0, whole, f"{PLAN_FILE} says nothing: one of {', '.join(rubric.plan)} in a line")
    unknown = [
        f"{key} is no field of it: {meant(str(key), rubric.plan)}".strip(": ") for key in said.keys() - {*rubric.plan}
    ]
    short = [field for field in rubric.plan if len(_words(said.get(field))) < rubric.fewest_words]
    told = [*unknown, *(f"{field} says too little" for field in short)]
    share = (len(rubric.plan) - len(short)) / len(rubric.plan) if rubric.plan else 1.0
    return Criterion("plan", round(whole * share, 1), whole, ", ".join(told))


def _words(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [word for pair in said.items() for each in pair for word in _words(each)]
    return [word for each in said for word in _words(each)] if isinstance(said, list) else str(said or "").split()


def _again(found: Measured, x: float | None, rubric: LoadRubric) -> Criterion:
    was = found.constant.value if found.constant else None
    near = was is not None and x is not None and abs(x - was) <= max(rubric.tolerance * was, found.by)
    told = f"X here is {'none' if x is None else f'{x:g}/s'}, in the report {'none' if was is None else f'{was:g}/s'}"
    return Criterion("again", rubric.points.again if near else 0, rubric.points.again, told)


def _all_or_nothing(name: str, points: int, missing: str) -> Criterion:
    return Criterion(name, 0 if missing else points, points, missing)
