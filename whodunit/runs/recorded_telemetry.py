"""The telemetry of a recorded run, seen from any moment of it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from whodunit.alerts import loading
from whodunit.alerts.evaluation import Evaluation
from whodunit.alerts.judging import judged
from whodunit.runs.recorded_store import RecordedStore
from whodunit.telemetry.answers import AlertList
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.store.adapter import StoreTelemetry


class RecordedTelemetry:
    """Answers as a backend would have while the run went on, between `start` and `end`."""

    def __init__(self, folder: Path, start: datetime, end: datetime, evaluated_at: Iterable[datetime] = ()) -> None:
        """`evaluated_at` are moments at which the lab evaluated its alerts; the others lie evenly between them.

        Raises WrongUseError when the folder holds no recording.
        """
        self._store = RecordedStore(folder)
        self._start, self._end, self._evaluated_at = start, end, sorted(set(evaluated_at)) or [start]

    def at(self, now: datetime) -> Telemetry:
        """The telemetry as of `now`, its alerts as they stood then."""
        return StoreTelemetry(self._store, lambda: self._alerts(now))

    def close(self) -> None:
        """Release the memory."""
        self._store.close()

    def _alerts(self, now: datetime) -> AlertList:
        rounds = self.rounds
        latest = bisect_right(rounds, now, key=lambda each: each[0])
        return rounds[latest - 1][1] if latest else AlertList([], "")

    @cached_property
    def rounds(self) -> Sequence[tuple[datetime, AlertList]]:
        """The moment of each evaluation and the alerts after it, as often as the lab evaluates them."""
        objectives = loading.bundled()
        evaluation = Evaluation(judged(objectives), StoreTelemetry(self._store), objectives.interval)
        moments = _rounds_through(self._evaluated_at, self._start, self._end, timedelta(seconds=objectives.interval))
        return list(_judged(evaluation, moments))


def _rounds_through(known: Sequence[datetime], start: datetime, end: datetime, every: timedelta) -> Iterator[datetime]:
    """Moments about `every` apart: a busy lab's rounds come a little later each time."""
    now = start + (known[0] - start) % every
    while now < known[0] - every / 2:
        yield now
        now += every
    for this, following in pairwise(known):
        steps = max(1, round((following - this) / every))
        yield from (this + (following - this) * step / steps for step in range(steps))
    now = known[-1]
    while now <= end:
        yield now
        now += every


def _judged(evaluation: Evaluation, moments: Iterable[datetime]) -> Iterator[tuple[datetime, AlertList]]:
    for now in moments:
        evaluation.judge(now)
        yield now, evaluation.alerts()
