"""The evidence of a Collector: what two backends get of known telemetry, and what one got in the beginning."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from whodunit.errors import LabError
from whodunit.exercise.catalogue import Exercise
from whodunit.exercise.evidence import Evidence
from whodunit.exercise.piping.collector import CONFIGURATION, running
from whodunit.exercise.piping.known import Known
from whodunit.exercise.piping.piped import Arrived, Piped
from whodunit.exercise.receiver import Receiver
from whodunit.launcher.ports import Reservations

FIRST_PORT = 21_800
ANSWER_WITHIN_S = 30.0
LATEST_S = 40.0
"""The Collector decides on a trace after 30 s unless told otherwise."""

QUIET_S = 3.0
POLL_S = 0.2

Tell = Callable[[str], object]


@dataclass(frozen=True)
class _Backends:
    first: Receiver
    second: Receiver

    @property
    def variables(self) -> Mapping[str, str]:
        return {"BACKEND": self.first.url, "SECOND_BACKEND": self.second.url}


def gathered(exercise: Exercise, folder: Path, tell: Tell) -> Evidence:
    """What comes out of the learner's Collector. Raises LabError when there is none, or it does not run."""
    known = Known(time.time_ns())
    with TemporaryDirectory(prefix="whodunit-exercise-", ignore_cleanup_errors=True) as place:
        tell("running your Collector")
        first, second = _run(folder, known, Path(place) / "after")
        tell("running the Collector as it was in the beginning, to compare")
        before, _ = _run(exercise.app, known, Path(place) / "before")
    return Evidence((), piped=Piped(known, before, first, second))


def _run(folder: Path, known: Known, place: Path) -> tuple[Arrived, Arrived]:
    places = [place / name for name in ("first", "second")]
    for each in places:
        each.mkdir(parents=True)
    with (
        Reservations() as reservations,
        Receiver(places[0]) as first,
        Receiver(places[1]) as second,
    ):
        backends, port = _Backends(first, second), reservations.take(FIRST_PORT)
        variables = {**backends.variables, "OTLP_LISTEN": f"127.0.0.1:{port}"}
        with running(folder, port, variables, place / "collector.log"):
            _send(known, f"http://127.0.0.1:{port}")
            _until_quiet(backends)
        return _arrived(first), _arrived(second)


def _send(known: Known, url: str) -> None:
    with httpx.Client(base_url=url, timeout=ANSWER_WITHIN_S, trust_env=False) as client:
        for path, document in known.requests():
            try:
                client.post(path, json=document).raise_for_status()
            except httpx.HTTPError as error:
                raise LabError(
                    f"The Collector does not take {path}: {error}",
                    f"Keep the receiver otlp in the pipelines traces, metrics and logs of {CONFIGURATION}.",
                ) from error


def _until_quiet(backends: _Backends) -> None:
    """Until nothing has come for a while; spans that are decided on later are waited for."""
    ends = time.monotonic() + LATEST_S
    before, since = _counts(backends), time.monotonic()
    while time.monotonic() < ends:
        time.sleep(POLL_S)
        now = _counts(backends)
        if now != before:
            before, since = now, time.monotonic()
        if now[0] and time.monotonic() - since > QUIET_S:
            return


def _counts(backends: _Backends) -> tuple[int, ...]:
    """How many spans and other items have come, spans first."""
    first, second = backends.first.counts(), backends.second.counts()
    return (first["spans"] + second["spans"], *first.values(), *second.values())


def _arrived(receiver: Receiver) -> Arrived:
    return Arrived(receiver.spans(), receiver.logs(), receiver.metrics(), receiver.span_bytes)
