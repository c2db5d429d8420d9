"""Signals and conditions in PromQL."""

from collections.abc import Iterator, Sequence

from whodunit.alerts.conditions import Condition
from whodunit.telemetry.prometheus_names import Kind, metric_name
from whodunit.telemetry.promql import duration, selector
from whodunit.telemetry.signals import Signal

HISTOGRAM_UNIT = "s"
"""Our histograms, and those of the conventions that we use, measure seconds; counters and gauges count things."""

FORGOTTEN_AFTER = "10m"
"""A series that has been silent for longer than this belongs to a process that is gone."""


def name_of(name: str, kind: Kind) -> str:
    """The metric's name in Prometheus."""
    return metric_name(name, HISTOGRAM_UNIT if kind == "histogram" else "", kind)


def increases(signals: Sequence[Signal], window_s: float) -> str:
    """An expression for the number of events of all `signals`; no series counts as none."""
    return "\n+ ".join(f"({_increase(signal, duration(window_s))} or vector(0))" for signal in signals)


def condition(wanted: Condition) -> str:
    """An expression with a value where, and only where, the condition holds."""
    if wanted.silent_for is not None:
        return _silence(wanted, wanted.silent_for)
    window = duration(wanted.lookback_window or 0)
    if wanted.gauge is None:
        growth = "\n+ ".join(f"({each} or vector(0))" for each in _growth(wanted, window))
        return f"({growth}) >= {wanted.at_least:g}"
    level = f"last_over_time({_gauge(wanted.gauge, wanted)}[{window}])"
    if wanted.share_of is None:
        return f"sum({level}) >= {wanted.at_least:g}"
    most = f"last_over_time({_gauge(wanted.share_of, wanted)}[{window}])"
    return f"max(max by (exporter) ({level}) / max by (exporter) ({most})) >= {wanted.at_least:g}"


def _increase(signal: Signal, window: str) -> str:
    if signal.counter is not None:
        return _sum(selector(name_of(signal.counter, "counter"), signal.service, signal.where), window)
    name = name_of(signal.metric, "histogram")
    count = _sum(selector(f"{name}_count", signal.service, signal.where), window)
    if signal.longer_than is None:
        return count
    upto = selector(f"{name}_bucket", signal.service, signal.where, _bound(signal.longer_than))
    return f"{count} - {_sum(upto, window)}"


def _sum(series: str, window: str) -> str:
    return f"sum(increase({series}[{window}]))"


def _growth(wanted: Condition, window: str) -> Iterator[str]:
    for counter in wanted.counters:
        series = selector(name_of(counter, "counter"), wanted.service, {})
        yield _sum(series, window)
        # A counter that is not there before its first failure: what it begins with has happened since.
        yield f"sum({series} unless {series} offset {window})"


def _silence(wanted: Condition, silent_for_s: float) -> str:
    series = _gauge(wanted.gauge or "", wanted)
    heard = f"count(count_over_time({series}[{FORGOTTEN_AFTER}]))"
    return f"{heard} unless count(count_over_time({series}[{duration(silent_for_s)}]))"


def _gauge(name: str, wanted: Condition) -> str:
    return selector(name_of(name, "gauge"), wanted.service, {})


def _bound(seconds: float) -> str:
    # Whole numbers are written 10 or 10.0, depending on who wrote them.
    return f'le="{seconds:g}"' if seconds % 1 else f'le=~"{seconds:g}([.]0)?"'
