"""Signals and conditions in PromQL; a window means what it means to checks, views and the lab's own evaluation."""

from collections.abc import Sequence

from whodunit.alerts.conditions import Condition
from whodunit.alerts.signals import Signal
from whodunit.telemetry import metric_promql
from whodunit.telemetry.questions import MetricQuery, Statistic
from whodunit.telemetry.vocabulary import METRICS

FORGOTTEN_AFTER_S = 600.0
"""A series that has been silent for longer than this belongs to a process that is gone."""


def increases(signals: Sequence[Signal], window_s: float) -> str:
    """An expression for the number of events of all `signals`; no series counts as none."""
    return "\n+ ".join(f"({_number(signal.query, window_s)} or vector(0))" for signal in signals)


def condition(wanted: Condition) -> str:
    """An expression with a value where, and only where, the condition holds."""
    if wanted.gauge is None:
        return f"({increases(wanted.signals, wanted.lookback_window or 0)}) >= {wanted.at_least:g}"
    if wanted.silent_for is not None:
        return f"{_points(wanted, FORGOTTEN_AFTER_S)} unless {_points(wanted, wanted.silent_for)}"
    if wanted.ahead is not None:
        return f"{_level_ahead(wanted.gauge, wanted, wanted.ahead)} >= {wanted.at_least:g}"
    if wanted.share_of is None:
        return f"{_level(wanted.gauge, wanted)} >= {wanted.at_least:g}"
    level, most = (_level(gauge, wanted, "exporter") for gauge in (wanted.gauge, wanted.share_of))
    return f"max({level} / {most}) >= {wanted.at_least:g}"


def _level(gauge: str, wanted: Condition, *by: str) -> str:
    return _number(MetricQuery(gauge, Statistic.LAST, wanted.service, wanted.where), wanted.lookback_window or 0, by)


def _level_ahead(gauge: str, wanted: Condition, ahead_s: float) -> str:
    query = MetricQuery(gauge, Statistic.LAST, wanted.service, wanted.where)
    return metric_promql.predicted(METRICS[gauge], query, wanted.lookback_window or 0, ahead_s)


def _points(wanted: Condition, window_s: float) -> str:
    query = MetricQuery(wanted.gauge or "", Statistic.LAST, wanted.service, wanted.where)
    return metric_promql.points(METRICS[query.name], query, window_s)


def _number(query: MetricQuery, window_s: float, by: Sequence[str] = ()) -> str:
    return metric_promql.number(METRICS[query.name], query, window_s, by)
