"""Releases that came within a window: what was deployed, and when."""

from dataclasses import dataclass
from datetime import datetime

from whodunit.telemetry.answers import Series
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import RELEASE, MetricQuery, Statistic, Window
from whodunit.views.metric_view import step_s

ALIVE = MetricQuery("process.thread.count", Statistic.LAST)
"""Every process tells of it from its first export on; the dashboards mark deployments by it, too."""


@dataclass(frozen=True)
class Deployment:
    """A release of a service that was first heard of at `since`, to the step of the plot."""

    service: str
    release: str
    since: datetime


def deployments(telemetry: Telemetry, window: Window) -> list[Deployment]:
    """Releases that were not there at first, of services that were; raises TelemetryError."""
    plot = telemetry.plot(ALIVE, window, step_s(window), ["service", RELEASE])
    begun = [(each.attributes, _first(each)) for each in plot.series if RELEASE in each.attributes]
    oldest: dict[str, datetime] = {}
    for of, since in begun:
        if since is not None:
            oldest[of["service"]] = min(since, oldest.get(of["service"], since))
    found = [
        Deployment(of["service"], of[RELEASE], since)
        for of, since in begun
        if since is not None and since > oldest[of["service"]]
    ]
    return sorted(found, key=lambda each: each.since)


def _first(series: Series) -> datetime | None:
    known = (moment for moment, value in zip(series.times, series.values, strict=True) if value is not None)
    return next(known, None)
