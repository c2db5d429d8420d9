"""Judges every alert of the objectives on the embedded store, round by round."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from whodunit.alerts.judging import Judged, Question
from whodunit.alerts.state import Life
from whodunit.telemetry.answers import Alert, AlertList, Numbers
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import MetricQuery, Window

logger = logging.getLogger("whodunit.alerts")

LATE_S = 15.0
"""A round that is later than this follows a gap in time: the machine or the lab stood still."""


class Telemetry(Protocol):
    """The part of the telemetry port that alerts need."""

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        """The number of each question; raises TelemetryError when it cannot be had."""
        ...


class Evaluation:
    """The state of every alert; `judge` evaluates each of them once."""

    def __init__(self, alerts: Sequence[Judged], telemetry: Telemetry, interval_s: float) -> None:
        """`judge` is to be called every `interval_s`."""
        self.interval_s = interval_s
        self._telemetry = telemetry
        self._lives = [(each, Life(each.alert.alert_after, each.alert.keep_firing_for)) for each in alerts]
        self._questions: list[Question] = [question for each in alerts for question in each.questions]
        self._alerting: list[Alert] = []
        self._asked: Numbers | None = None
        self._evaluated: datetime | None = None
        self._resumed: datetime | None = None

    def judge(self, now: datetime) -> None:
        """Evaluates every alert once; when the telemetry cannot answer, all of them stay as they are.

        So does an alert whose window reaches back to before a gap in time: what was under way in the gap fails at its
        end, and no customer was there. `now` is the wall clock, which goes on while the machine is suspended; the
        monotonic clock does not.
        """
        self._notice_gap(now)
        try:
            answers = self._telemetry.measure([(each.query, _until(now, each.window_s)) for each in self._questions])
        except TelemetryError as error:
            logger.info("alerts are not judged: %s", error)
            return
        values = list(answers.values)
        for judged, life in self._lives:
            mine, values = values[: len(judged.questions)], values[len(judged.questions) :]
            if self._has_run_for(judged.window_s, now):
                life.update(now, holds=judged.holds(mine))
        self._alerting = [_alert(judged, life, life.since) for judged, life in self._lives if life.since is not None]
        self._asked = answers

    def alerts(self) -> AlertList:
        """The alerts that were pending or firing after the latest round."""
        return AlertList(self._alerting, self._asked.query if self._asked else "")

    def _notice_gap(self, now: datetime) -> None:
        if self._evaluated and abs((now - self._evaluated).total_seconds()) > self.interval_s + LATE_S:
            logger.warning("A gap in time from %s to %s: alerts that look into it are not judged", self._evaluated, now)
            self._resumed = now
        self._evaluated = now

    def _has_run_for(self, seconds: float, now: datetime) -> bool:
        return self._resumed is None or now - self._resumed >= timedelta(seconds=seconds)


def _until(now: datetime, window_s: float) -> Window:
    return Window(now - timedelta(seconds=window_s), now)


def _alert(judged: Judged, life: Life, since: datetime) -> Alert:
    return Alert(
        name=judged.alert.name,
        state=life.state.value,
        labels=judged.labels,
        since=since,
        summary=judged.alert.summary,
    )
