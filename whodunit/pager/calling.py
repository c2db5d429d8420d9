"""Calls the pager about the alerts that the lab knows, again and again."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from whodunit.alerts.schemas import Json, read_alerts
from whodunit.errors import LabError
from whodunit.pager.pages import Fired, Pager
from whodunit.telemetry.answers import Alert
from whodunit.telemetry.port import TelemetryError

logger = logging.getLogger("whodunit.pager")

EVERY_S = 5.0
FIRING = "firing"


async def call(pager: Pager, alerts: Callable[[], Json]) -> None:
    """Call about what fires, until cancelled; `alerts` answers as `GET /alerts` and may block."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await asyncio.to_thread(call_once, pager, alerts, datetime.now(UTC))
        except (LabError, TelemetryError) as error:
            logger.info("the pager is not called: %s", error)


def call_once(pager: Pager, alerts: Callable[[], Json], now: datetime) -> None:
    """Call about each alert that fires, and end the pages of those that were called about so and fire no more."""
    firing = [_fired(each) for each in read_alerts(alerts).alerts if each.state == FIRING]
    for alert in firing:
        pager.fires(alert, now)
    for page in pager.pages():
        if page.alert.told_by == "lab" and page.alert not in firing:
            pager.ends(page.alert, now)


def _fired(alert: Alert) -> Fired:
    labels = alert.labels
    return Fired(name=alert.name, service=labels["service"], severity=labels["severity"], summary=alert.summary)
