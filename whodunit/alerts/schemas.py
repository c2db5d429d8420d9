"""The JSON of `GET /alerts`: what the lab writes and its clients read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from whodunit.errors import LabError
from whodunit.telemetry.answers import Alert, AlertList
from whodunit.telemetry.port import TelemetryError

Json = dict[str, Any]


def as_json(found: AlertList) -> Json:
    """The alerts as JSON."""
    return {"alerts": [_alert_json(alert) for alert in found.alerts], "query": found.query, "link": found.link}


def read_alerts(ask: Callable[[], Json]) -> AlertList:
    """The alerts in the lab's answer to `ask`; raises TelemetryError when it has none."""
    try:
        document = ask()
    except LabError as error:
        raise TelemetryError(f"The lab cannot list its alerts: {error.message}") from error
    return AlertList([_alert(each) for each in document["alerts"]], document["query"], document["link"])


def _alert_json(alert: Alert) -> Json:
    return {
        "name": alert.name,
        "state": alert.state,
        "labels": dict(alert.labels),
        "since": alert.since.isoformat(),
        "summary": alert.summary,
        "link": alert.link,
    }


def _alert(fields: Json) -> Alert:
    return Alert(**{**fields, "since": datetime.fromisoformat(fields["since"])})
