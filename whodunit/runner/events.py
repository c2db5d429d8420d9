"""A run as events, one line of JSON for each: for a program that follows it while it lasts."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TextIO

from whodunit.errors import LabError, WrongUseError
from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.runner.ports import Observer, PhaseStart

LEFT_OUT = ("query", "link")
"""Of a check; they stand in the run's result, and would be repeated every second."""

OUTCOME = ("passed", "seconds", "stopped", "skipped")


class Witness(Observer, Protocol):
    """An observer that is told the end, too."""

    def ended(self, result: ScenarioResult) -> None:
        """The run is over."""
        ...


class Events:
    """Writes what happens to `file`, and passes it on to `then`. `whodunit.runner.so_far` reads it."""

    def __init__(self, file: TextIO, then: Witness) -> None:
        self._file = file
        self._then = then

    def phase_started(self, phase: PhaseStart) -> None:
        """Write its name, subject and time limit."""
        self._write("phase_started", phase=phase.name, about=phase.about, within_s=phase.within_s)
        self._then.phase_started(phase)

    def sampled(self, results: Sequence[CheckResult], seconds: float) -> None:
        """Write every check as it stands."""
        self._write("sampled", seconds=round(seconds, 1), checks=[_brief(each) for each in results])
        self._then.sampled(results, seconds)

    def check_decided(self, result: CheckResult) -> None:
        """Write the check."""
        self._write("check_decided", check=_brief(result))
        self._then.check_decided(result)

    def phase_ended(self, result: PhaseResult) -> None:
        """Write its checks."""
        checks = [_brief(each) for each in result.checks]
        self._write("phase_ended", phase=result.phase, seconds=round(result.seconds, 1), checks=checks)
        self._then.phase_ended(result)

    def ended(self, result: ScenarioResult) -> None:
        """Write the verdict."""
        told = {key: value for key, value in result.as_json().items() if key in OUTCOME}
        self._write("ended", **told)
        self._then.ended(result)

    def failed(self, error: LabError) -> None:
        """Write why it could not run to its end."""
        self._write("failed", message=error.message, hint=error.hint)

    def _write(self, event: str, **fields: Any) -> None:
        self._file.write(json.dumps({"event": event, **fields}) + "\n")
        self._file.flush()


@contextmanager
def written(path: Path | None, then: Witness) -> Iterator[Witness]:
    """`then`, with what it is told written to `path` if there is one, an error that ends the block too.

    Raises WrongUseError when the file cannot be written.
    """
    if path is None:
        yield then
        return
    with _opened(path) as file:
        events = Events(file, then)
        try:
            yield events
        except LabError as error:
            events.failed(error)
            raise


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise WrongUseError(f"Cannot write {path}: {error.strerror}.", "Name another file: --events FILE") from error


def _brief(check: CheckResult) -> dict[str, Any]:
    return {key: value for key, value in check.as_json().items() if key not in LEFT_OUT}
