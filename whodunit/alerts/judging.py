"""Evaluates the conditions of alerts from the store's answers; the rules for Prometheus have the same conditions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from whodunit.alerts.alerting import labels_of
from whodunit.alerts.conditions import Condition
from whodunit.alerts.objectives import AlertBase, Objectives, Slo, ThresholdAlert
from whodunit.alerts.signals import Signal
from whodunit.telemetry.questions import MetricQuery, Statistic

Values = Sequence[float | None]


@dataclass(frozen=True)
class Question:
    """One number, over the window that ends now."""

    query: MetricQuery
    window_s: float


@dataclass(frozen=True)
class Judged:
    """An alert, the questions it needs, and the function that is true if it holds given their answers."""

    alert: AlertBase
    labels: Mapping[str, str]
    questions: Sequence[Question]
    holds: Callable[[Values], bool]

    @property
    def window_s(self) -> float:
        """The length of its longest window."""
        return max(question.window_s for question in self.questions)


def judged(objectives: Objectives) -> list[Judged]:
    """Every alert of the file, as the embedded store can judge it."""
    return [*(_burn(slo) for slo in objectives.slos), *(_threshold(alert) for alert in objectives.alerts)]


def _burn(slo: Slo) -> Judged:
    windows = slo.alert.lookback_windows
    parts = [
        _events(signals, window_s)
        for window_s in (windows.long, windows.short)
        for signals in (slo.ratio_metric.bad, slo.ratio_metric.total)
    ]

    def holds(values: Values) -> bool:
        bad_long, all_long, bad_short, all_short = (_sum(part) for part in _split(values, parts))
        burns = bad_long > slo.most_bad * all_long and bad_short > slo.most_bad * all_short
        return burns and bad_long >= slo.alert.at_least

    return Judged(slo.alert, labels_of(slo.alert, slo.service, slo), [each for part in parts for each in part], holds)


def _threshold(alert: ThresholdAlert) -> Judged:
    conditions = [_Evaluated(condition) for condition in alert.any_of if condition.only != "stack"]
    parts = [evaluated.questions for evaluated in conditions]

    def holds(values: Values) -> bool:
        found = [evaluated.holds(part) for evaluated, part in zip(conditions, _split(values, parts), strict=True)]
        return any(found)

    return Judged(alert, labels_of(alert, alert.service), [each for part in parts for each in part], holds)


class _Evaluated:
    """One condition; for silence it remembers that something was heard."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition
        self._heard = False

    @property
    def questions(self) -> list[Question]:
        wanted = self._condition
        window_s = wanted.silent_for or wanted.lookback_window or 0.0
        if wanted.gauge is not None:
            statistics = (Statistic.LAST,) if wanted.ahead is None else (Statistic.LAST, Statistic.RISE)
            asked = (MetricQuery(wanted.gauge, each, wanted.service, wanted.where) for each in statistics)
            return [Question(query, window_s) for query in asked]
        return _events(wanted.signals, window_s)

    def holds(self, values: Values) -> bool:
        if self._condition.ahead is not None:
            return self._level_ahead(values, self._condition.ahead) >= (self._condition.at_least or 0.0)
        if self._condition.silent_for is None:
            return _sum(values) >= (self._condition.at_least or 0.0)
        silent = all(value is None for value in values)
        self._heard = self._heard or not silent
        return self._heard and silent

    def _level_ahead(self, values: Values, ahead_s: float) -> float:
        last, rise = (value or 0.0 for value in values)
        return last + rise / (self._condition.lookback_window or ahead_s) * ahead_s


def _events(signals: Sequence[Signal], window_s: float) -> list[Question]:
    return [Question(signal.query, window_s) for signal in signals]


def _split(values: Values, parts: Sequence[Sequence[object]]) -> list[Values]:
    """The answers to each part's questions."""
    rest = list(values)
    return [[rest.pop(0) for _ in part] for part in parts]


def _sum(values: Values) -> float:
    return sum(value or 0.0 for value in values)
