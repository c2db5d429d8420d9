"""Runs a scenario against the running shop and keeps the result."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from whodunit.errors import LabError
from whodunit.scenario.catalogue import bundled
from whodunit.scenario.keepsakes import keepsakes
from whodunit.scenario.lab import RunningLab
from whodunit.scenario.loader import Case
from whodunit.scenario.model import Remedy
from whodunit.scenario.ports import Observer, SystemClock
from whodunit.scenario.result import ScenarioResult
from whodunit.scenario.runner import Runner
from whodunit.scenario.runs import record
from whodunit.scenario.session import Session
from whodunit.scenario.silence import Alarm


def verify(session: Session, case: Case, observer: Observer, remedies: list[Remedy]) -> tuple[ScenarioResult, Path]:
    """Run `case`; returns what it found and the folder that keeps it. Raises LabError."""
    runner = Runner(session.telemetry, RunningLab(session.client), SystemClock(), observer)
    with interruptible():
        result = runner.run(case, remedies=remedies, alarms=alarms_for(case))
    return result, record(session.home, result, keepsakes(session.telemetry, result))


def alarms_for(case: Case) -> list[Alarm]:
    """Every symptom of every other scenario, where `case` asks that they stay silent."""
    if case.scenario.alarms is None:
        return []
    others = [other for other in bundled() if other.slug != case.slug]
    return [Alarm(f"{other.slug}.{check.id}", check) for other in others for check in other.scenario.expect.checks]


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block in an orderly way, as a LabError."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise LabError("Stopped before the end.", "Load and faults are switched off; the shop is still up.") from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
