"""The first page: alerts, promises, each service's requests, who calls whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from whodunit.alerts import loading
from whodunit.desk.asked import Answer, Asked, command
from whodunit.desk.health import budgets, deployments, load, red, service_map
from whodunit.desk.pool import together
from whodunit.telemetry.answers import Alert, AlertList
from whodunit.telemetry.port import UnanswerableError
from whodunit.telemetry.questions import Window

MAP_S = 60.0
"""The map shows the last minute of the window, as the terminal's does."""


def page(asked: Asked) -> Answer:
    """The shop's health at the end of the window."""
    telemetry, window = asked.telemetry, asked.times.window
    minute = Window(max(window.start, window.end - timedelta(seconds=MAP_S)), window.end)
    alerts, promises, rates, times, seen, visits, found = together(
        partial(_alerts, asked),
        partial(budgets.budgets, telemetry, loading.bundled(), window.end),
        partial(red.asked_rates, telemetry, window),
        partial(red.asked_times, telemetry, window),
        partial(deployments.deployments, telemetry, window),
        partial(load.changes, telemetry, window),
        partial(telemetry.service_map, minute),
    )
    services = red.services(rates, times)
    shown = {
        "alerts": _listed(alerts.alerts, asked.source.now()),
        "verdict": _verdict(alerts.alerts),
        "budgets": promises.rows,
        "services": services.rows,
        "deployments": seen,
        "marks": [red.share(window, each.since) for each in seen],
        "load": visits,
        "load_marks": [red.share(window, each.at) for each in visits],
        "minute": minute,
        "drawing": service_map.drawing(found, minute.end),
        "box_width": service_map.BOX,
        "edges": found.edges,
    }
    queries = {"Alerts": alerts.query, "Promises": promises.query, **services.queries, "Map": found.query}
    told = "\n\n".join(f"-- {name}\n{query}" for name, query in queries.items() if query)
    return Answer("health/page.html", "Health", command("map", "--last", f"{minute.seconds:.0f}s"), told, shown)


def _alerts(asked: Asked) -> AlertList:
    try:
        return asked.telemetry.alerts()
    except UnanswerableError:  # a store without its lab
        return AlertList([], "")


def _listed(alerts: Sequence[Alert], now: datetime) -> list[tuple[Alert, float]]:
    """The alerts that fire before those that may, each with the seconds that it has lasted."""
    by_state = sorted(alerts, key=lambda alert: (alert.state != "firing", alert.since))
    return [(alert, (now - alert.since).total_seconds()) for alert in by_state]


def _verdict(alerts: Sequence[Alert]) -> tuple[str, str]:
    """The worst state, and a sentence."""
    states = {state: len(list(group)) for state, group in groupby(sorted(alert.state for alert in alerts))}
    if firing := states.get("firing"):
        return "firing", f"{firing} alert{'s fire' if firing > 1 else ' fires'}"
    if pending := states.get("pending"):
        return "pending", f"{pending} alert{'s are' if pending > 1 else ' is'} about to fire"
    return "fine", "Nothing alerts"
