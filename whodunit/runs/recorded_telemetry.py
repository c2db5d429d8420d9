"""The telemetry of a recorded run, seen from any moment of it."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
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

    def __init__(self, folder: Path, start: datetime, end: datetime, evaluated_at: datetime | None = None) -> None:
        """`evaluated_at` is a moment at which the lab evaluated its alerts; others lie whole intervals away from it.

        Raises WrongUseError when the folder holds no recording.
        """
        self._store = RecordedStore(folder)
        self._start, self._end, self._evaluated_at = start, end, evaluated_at or start

    def at(self, now: datetime) -> Telemetry:
        """The telemetry as of `now`, its alerts as they stood then."""
        return StoreTelemetry(self._store, lambda: self._alerts(now))

    def close(self) -> None:
        """Release the memory."""
        self._store.close()

    def _alerts(self, now: datetime) -> AlertList:
        rounds = self._rounds
        latest = bisect_right(rounds, now, key=lambda each: each[0])
        return rounds[latest - 1][1] if latest else AlertList([], "")

    @cached_property
    def _rounds(self) -> list[tuple[datetime, AlertList]]:
        """The alerts after each evaluation, as often as the lab evaluates them."""
        objectives = loading.bundled()
        evaluation = Evaluation(judged(objectives), StoreTelemetry(self._store), objectives.interval)
        since_round = (self._evaluated_at - self._start) % timedelta(seconds=objectives.interval)
        return list(_judged(evaluation, self._start + since_round, self._end))


def _judged(evaluation: Evaluation, start: datetime, end: datetime) -> Iterator[tuple[datetime, AlertList]]:
    now = start
    while now <= end:
        evaluation.judge(now)
        yield now, evaluation.alerts()
        now += timedelta(seconds=evaluation.interval_s)
