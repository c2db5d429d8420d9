"""Alerting rules: burn rates over two windows, and conditions."""

from typing import Any

from whodunit.alerts.objectives import AlertBase, Objectives, Slo, ThresholdAlert
from whodunit.alerts.promql import condition
from whodunit.alerts.recording import bad_events, error_ratio
from whodunit.telemetry.promql import duration

Rule = dict[str, Any]


def groups(objectives: Objectives) -> list[dict[str, Any]]:
    """The groups of `alerts.yml`."""
    rules = [*(_burn(slo) for slo in objectives.slos), *(_threshold(alert) for alert in objectives.alerts)]
    return [{"name": "symptoms", "interval": duration(objectives.interval), "rules": rules}]


def labels_of(alert: AlertBase, service: str, slo: Slo | None = None) -> dict[str, str]:
    """The labels of an alert, the same wherever it is evaluated."""
    return {"service": service, "severity": alert.severity, **({"slo": slo.name} if slo else {})}


def burns(slo: Slo) -> str:
    """The condition of a burn-rate alert."""
    windows = slo.alert.lookback_windows
    of_this = f'{{slo="{slo.name}"}}'
    parts = [
        f"{error_ratio(windows.long)}{of_this} > {slo.most_bad:g}",
        f"{error_ratio(windows.short)}{of_this} > {slo.most_bad:g}",
        f"{bad_events(windows.long)}{of_this} >= {slo.alert.at_least}",
        # A Prometheus younger than the window (after a reset) takes the totals of older services for increases.
        f"{bad_events(windows.long)}{of_this} offset {duration(windows.long)} >= 0",
    ]
    return "\nand ".join(parts)


def _burn(slo: Slo) -> Rule:
    return _rule(slo.alert, burns(slo), labels_of(slo.alert, slo.service, slo))


def _threshold(alert: ThresholdAlert) -> Rule:
    conditions = [condition(each) for each in alert.any_of]
    expression = "\nor ".join(f"({each})" for each in conditions) if len(conditions) > 1 else conditions[0]
    return _rule(alert, expression, labels_of(alert, alert.service))


def _rule(alert: AlertBase, expression: str, labels: dict[str, str]) -> Rule:
    times = {"for": alert.alert_after, "keep_firing_for": alert.keep_firing_for}
    return {
        "alert": alert.name,
        "expr": expression,
        **{key: duration(seconds) for key, seconds in times.items() if seconds},
        "labels": labels,
        "annotations": {"runbook_url": alert.runbook, "summary": alert.summary},
    }
