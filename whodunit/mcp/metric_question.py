"""A question about one metric, as it is asked in words: checked against the metric's kind and attributes."""

import re
from collections.abc import Mapping
from dataclasses import replace

from whodunit.errors import WrongUseError
from whodunit.mcp import hints
from whodunit.mcp.moments import duration_s
from whodunit.mcp.source import Source
from whodunit.telemetry.answers import MetricInfo
from whodunit.telemetry.kinds import STATISTICS, WORDS, kind_of
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.telemetry.windows import EXPORTED_EVERY_S

MOST_POINTS = 60
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)")


def known_metric(source: Source, name: str, window: Window) -> MetricInfo:
    """The metric of that name; raises WrongUseError with those that have points in the window."""
    listed = source.telemetry.metric_list(window).metrics
    found = next((metric for metric in listed if metric.name == name), None)
    if found is None:
        raise hints.unknown("metric", name, [metric.name for metric in listed])
    return found


def question(metric: MetricInfo, statistic: str, where: Mapping[str, str]) -> MetricQuery:
    """The question; raises WrongUseError with the statistics that the metric has."""
    kind = kind_of(metric)
    asked = MetricQuery(metric.name, Statistic.PERCENTILE, where.get("service"))
    asked = replace(asked, where={key: value for key, value in where.items() if key != "service"})
    if kind == "histogram" and (percentile := _PERCENTILE.fullmatch(statistic)) and float(percentile[1]) > 0:
        return replace(asked, percentile=float(percentile[1]))
    named = {WORDS[each]: each for each in STATISTICS[kind] if each is not Statistic.PERCENTILE}
    if statistic not in named:
        words = [*(["p95 (any percentile)"] if kind == "histogram" else []), *named]
        raise WrongUseError(f"{metric.name} is a {kind}: it has no {statistic!r}.", f"It has: {', '.join(words)}.")
    return replace(asked, statistic=named[statistic])


def step_s(step: str | None, window: Window) -> float:
    """The step that was asked for, else one that gives no more than `MOST_POINTS`; raises WrongUseError."""
    least_s = max(EXPORTED_EVERY_S, window.seconds / MOST_POINTS)
    if step is None:
        return float(-(-least_s // EXPORTED_EVERY_S) * EXPORTED_EVERY_S)
    asked_s = duration_s(step)
    if asked_s < least_s:
        raise WrongUseError(f"A step of {step} is too short.", f"For this window: {least_s:.0f}s or more.")
    return asked_s
