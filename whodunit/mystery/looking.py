"""Evaluates checks over the whole time of the trouble."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from whodunit.incident.alert_check import AlertCheck
from whodunit.incident.evidence import AnyCheck
from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.observation import Observation, evaluate
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

STEP_S = 10.0


def seen(telemetry: Telemetry, check: AnyCheck, window: Window) -> Observation | None:
    """The first observation within `window` at which the check held; None if it never did.

    Alerts are known only as they are now, so that one in the past counts as not seen. An absence is not seen before
    there was time for a presence.
    """
    if isinstance(check, AlertCheck):
        return None
    for moment in _moments(check, window):
        observation = evaluate(telemetry, check, moment, window.start)
        if observation.held and (moment - window.start).total_seconds() >= check.proves_after_s:
            return observation
    return None


def _moments(check: AnyCheck, window: Window) -> Sequence[datetime]:
    """Metrics slide over the window; spans and log records are counted over all of it."""
    if not isinstance(check, MetricCheck):
        return [window.end]
    steps = int(max(0.0, window.seconds - check.window) // STEP_S)
    slid = [window.start + timedelta(seconds=check.window + step * STEP_S) for step in range(steps + 1)]
    return [*(moment for moment in slid if moment < window.end), window.end]
