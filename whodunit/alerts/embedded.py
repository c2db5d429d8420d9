"""Composes the evaluation of alerts on the embedded store."""

from whodunit.alerts import loading
from whodunit.alerts.evaluation import Evaluation
from whodunit.alerts.judging import judged
from whodunit.telemetry.store.adapter import StoreTelemetry


def evaluation(store_url: str) -> Evaluation:
    """Every alert of this release, judged on the store that listens at `store_url`."""
    objectives = loading.bundled()
    return Evaluation(judged(objectives), StoreTelemetry.at(store_url), objectives.interval)
