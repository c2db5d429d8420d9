"""Runs as evidence: telemetry, and the two times that are compared."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from whodunit.mystery.plan import Diary
from whodunit.runs.recorded_run import RecordedRun
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window


@dataclass(frozen=True)
class Trail:
    """`health` ends with the onset, `trouble` begins with it and ends with the first mitigation."""

    telemetry: Telemetry
    health: Window
    trouble: Window
    breaks: bool = True

    @property
    def citable(self) -> Window:
        """The time that evidence may be of: the trouble, or where nothing breaks all of it, as nobody can tell it."""
        return self.trouble if self.breaks else Window(self.health.start, self.trouble.end)


def played(telemetry: Telemetry, diary: Diary, now_s: float, *, breaks: bool) -> Trail:
    """The mystery that runs, so far; `breaks` is False where nothing is wrong."""
    window = trouble(diary, now_s)
    health = Window(datetime.fromtimestamp(diary.plan.started_s, UTC), window.start)
    return Trail(telemetry, health, window, breaks)


@contextmanager
def recorded(run: RecordedRun) -> Iterator[Trail]:
    """A run that was recorded; raises WrongUseError when it cannot be read."""
    with closing(run.telemetry()) as telemetry:
        end = max(run.judged)
        yield Trail(telemetry.at(end), Window(run.start, run.onset), Window(run.onset, end))


def trouble(diary: Diary, now_s: float) -> Window:
    """The time from the onset until now, the end, or the first mitigation after the onset."""
    onset_s = diary.plan.onset_s
    applied = [each.applied_s for each in diary.mitigations if each.applied_s > onset_s]
    end_s = max(onset_s, min(now_s, diary.plan.end_s, *applied))
    return Window(datetime.fromtimestamp(onset_s, UTC), datetime.fromtimestamp(end_s, UTC))
