"""The alerts that Prometheus holds, as the port's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from whodunit.telemetry.answers import Alert, AlertList
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.prometheus import Prometheus

_NAME = "alertname"


def alerts(prometheus: Prometheus, links: Links) -> AlertList:
    """The alerts that are pending or firing; Prometheus forgets an alert as soon as it is over."""
    found = sorted((_alert(each, links) for each in prometheus.alerts()), key=lambda alert: alert.name)
    return AlertList(found, f"GET {links.prometheus_url}/api/v1/alerts", links.alerts())


def _alert(found: Mapping[str, Any], links: Links) -> Alert:
    name: str = found["labels"][_NAME]
    return Alert(
        name=name,
        state=found["state"],
        labels={label: value for label, value in found["labels"].items() if label != _NAME},
        since=datetime.fromisoformat(found["activeAt"]),
        summary=found["annotations"].get("summary", ""),
        link=links.alerts(name),
    )
