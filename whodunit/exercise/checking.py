"""Checks an application: runs it, gathers the evidence, and has each step judged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from whodunit.errors import LabError
from whodunit.exercise import cost
from whodunit.exercise.alerting import gathering as alerting
from whodunit.exercise.catalogue import Exercise, Lesson, Request, Step
from whodunit.exercise.evidence import Cost, Delivery, Evidence
from whodunit.exercise.folder import answer
from whodunit.exercise.judging.judges import JUDGES, MEASURES
from whodunit.exercise.piping import gathering as piping
from whodunit.exercise.receiver import Receiver
from whodunit.exercise.running import Application

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
OF_SIGNAL = {
    "spans": "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "metrics": "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "logs": "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
}
PATHS = {"spans": "/v1/traces", "metrics": "/v1/metrics", "logs": "/v1/logs"}
EXPORTERS = "exporters"
"""The step for which the application is run with one set of variables after another, and that needs no other run."""

INDEX = "index"
"""The step for which it is started a second time, on the database that it has left."""

COST = "cost"
"""The step for which it serves many requests, and the application to begin with serves them too."""

AT_THE_END = dict.fromkeys(
    ("OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"), "60000"
)
"""Nothing is sent before the application ends: what is not shut down then keeps what it has."""

IS_LOCKED = "database is locked"
"""How SQLite words it."""

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Finding:
    """Something that is missing, and its lesson."""

    missing: str
    lesson: Lesson


@dataclass(frozen=True)
class Verdict:
    """A step and what is missing, nothing when it is done; `measured` is what a repair saves.

    `raised` is an exception that the application printed, and that may be why something is missing.
    """

    step: Step
    findings: tuple[Finding, ...]
    measured: str = ""
    raised: str = ""


def check(exercise: Exercise, folder: Path, steps: Sequence[Step], tell: Tell) -> tuple[list[Verdict], Evidence]:
    """Judge the application in `folder` by these steps. Raises LabError when it does not run."""
    if exercise.file.watch:
        evidence = alerting.gathered(exercise, exercise.file.watch, folder, tell)
        return [judged(step, evidence) for step in steps], evidence
    if exercise.file.pipe:
        evidence = piping.gathered(exercise, folder, tell)
        return [judged(step, evidence) for step in steps], evidence
    names = {step.name for step in steps}
    with TemporaryDirectory(prefix="whodunit-exercise-", ignore_cleanup_errors=True) as place:
        if names == {EXPORTERS}:
            evidence = _delivered_alone(tuple(_deliveries(exercise, folder, Path(place), tell)))
            return [judged(step, evidence) for step in steps], evidence
        evidence = gathered(exercise, folder, Path(place), tell)
        if EXPORTERS in names:
            evidence = replace(evidence, deliveries=tuple(_deliveries(exercise, folder, Path(place), tell)))
        if INDEX in names:
            evidence = replace(evidence, second_start=_second_start(exercise, folder, Path(place), tell))
        if COST in names:
            evidence = replace(evidence, cost=_cost(exercise, folder, Path(place), tell))
        return [judged(step, evidence) for step in steps], evidence


def judged(step: Step, evidence: Evidence) -> Verdict:
    """The step's verdict on the evidence."""
    findings = tuple(Finding(each.what, step.lessons[each.lesson]) for each in JUDGES[step.name](evidence))
    measured = MEASURES[step.name](evidence) if step.name in MEASURES else ""
    return Verdict(step, findings, measured, evidence.raised if findings else "")


def gathered(exercise: Exercise, folder: Path, place: Path, tell: Tell) -> Evidence:
    """What one run of all requests leaves; its database stays in `place`."""
    tell("running the application, its telemetry comes here")
    with Receiver(_made(place / "backend")) as receiver:
        application = Application(folder, _made(place / "run"))
        visits = application.visited(exercise.file.requests, _named(exercise) | {ENDPOINT: receiver.url})
        seen, span_batches = (receiver.spans(), receiver.logs(), receiver.series()), receiver.span_batches
    return Evidence(
        visits,
        *seen,
        database=application.database,
        answer=answer(folder),
        right_answer=exercise.answer,
        raised=_unexpected(exercise, application.exceptions),
        span_batches=span_batches,
    )


def _unexpected(exercise: Exercise, exceptions: Sequence[str]) -> str:
    """The last exception; one that says of the database that it is locked is expected where the check locks it."""
    locks = any(request.while_locked for request in exercise.file.requests)
    return next((each for each in reversed(exceptions) if not (locks and IS_LOCKED in each)), "")


def _cost(exercise: Exercise, folder: Path, place: Path, tell: Tell) -> Cost:
    tell("measuring what a request costs")
    with Receiver(_made(place / "cost")) as receiver:
        variables = _named(exercise) | {ENDPOINT: receiver.url}
        applications = Application(folder, _made(place / "with")), Application(exercise.app, _made(place / "without"))
        return cost.of(*applications, exercise.file.requests[0], variables)


def _second_start(exercise: Exercise, folder: Path, place: Path, tell: Tell) -> str:
    tell("starting it again on its database")
    with Receiver(_made(place / "again")) as receiver:
        failed = _failure(Application(folder, place / "run"), (), _named(exercise) | {ENDPOINT: receiver.url})
    return failed.message if failed else ""


def _failure(application: Application, requests: tuple[Request, ...], variables: Mapping[str, str]) -> LabError | None:
    """The reason why it does not run; None when it does."""
    try:
        application.visited(requests, variables)
    except LabError as error:
        return error
    return None


def _delivered_alone(deliveries: tuple[Delivery, ...]) -> Evidence:
    """Evidence of these runs only. Raises LabError when the application does not run with what every check gives it."""
    if deliveries[0].failed:
        raise deliveries[0].failed
    return Evidence((), deliveries=deliveries, raised=deliveries[-1].raised)


def _deliveries(exercise: Exercise, folder: Path, place: Path, tell: Tell) -> Iterator[Delivery]:
    """Two ways to configure the exporters; where the first is not right, the second would only say it again."""
    one, other = dict.fromkeys(OF_SIGNAL, "B"), {"spans": "A", "metrics": "B", "logs": "B"}
    first = _delivery(exercise, folder, _made(place / "in-turn"), one, tell)
    yield first
    if first.is_right:
        yield _delivery(exercise, folder, _made(place / "at-once"), other, tell)


def _delivery(exercise: Exercise, folder: Path, place: Path, wanted: dict[str, str], tell: Tell) -> Delivery:
    tell(f"running it: {', '.join(f'{signal} to {backend}' for signal, backend in wanted.items())}")
    with Receiver(_made(place / "A")) as first, Receiver(_made(place / "B")) as second:
        urls = {"A": first.url, "B": second.url}
        backends = set(wanted.values())
        variables = (
            {ENDPOINT: urls[backends.pop()]}
            if len(backends) == 1
            else {OF_SIGNAL[signal]: urls[backend] + PATHS[signal] for signal, backend in wanted.items()}
        )
        application = Application(folder, place)
        failed = _failure(application, _first(exercise), _named(exercise) | AT_THE_END | variables)
        at = {"A": first.arrived(), "B": second.arrived()}
    arrived = {signal: frozenset(name for name, signals in at.items() if signal in signals) for signal in wanted}
    return Delivery(", ".join(variables), wanted, arrived, failed, application.raised)


def _first(exercise: Exercise) -> tuple[Request, ...]:
    return exercise.file.requests[:1]


def _named(exercise: Exercise) -> dict[str, str]:
    return {"OTEL_SERVICE_NAME": exercise.name, **exercise.numbers}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
