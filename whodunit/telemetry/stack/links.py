"""Addresses of pages that show the source of an answer: in Grafana Explore, Jaeger and Prometheus."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from whodunit.telemetry.questions import Window


@dataclass(frozen=True)
class Links:
    """Pages below these addresses; without Grafana there is no page for metrics and logs."""

    prometheus_url: str
    jaeger_url: str
    grafana_url: str | None

    def metric(self, expression: str, window: Window) -> str:
        """The expression over time in Grafana Explore; its last value is the one at the window's end."""
        return self._explore("prometheus", {"expr": expression, "range": True, "instant": False}, window)

    def logs(self, expression: str, window: Window) -> str:
        """The log lines in Grafana Explore."""
        return self._explore("loki", {"expr": expression, "queryType": "range"}, window)

    def trace(self, trace_id: str, span_id: str = "") -> str:
        """One trace in Jaeger, with one of its spans opened."""
        opened = f"?{urlencode({'uiFind': span_id})}" if span_id else ""
        return f"{self.jaeger_url}/trace/{trace_id}{opened}"

    def search(self, parameters: Mapping[str, str | int]) -> str:
        """Jaeger's search page with a search filled in."""
        return f"{self.jaeger_url}/search?{urlencode(parameters)}"

    def request(self, path: str, parameters: Mapping[str, str | int] | None = None) -> str:
        """A request to Jaeger as a person can make it again."""
        return f"GET {self.jaeger_url}{path}" + (f"?{urlencode(parameters)}" if parameters else "")

    def dependencies(self) -> str:
        """Jaeger's page of dependencies between services."""
        return f"{self.jaeger_url}/dependencies"

    def alerts(self, name: str = "") -> str:
        """Prometheus' page of alerts, or of one alert."""
        one = f"?{urlencode({'search': name})}" if name else ""
        return f"{self.prometheus_url}/alerts{one}"

    def _explore(self, source: str, query: Mapping[str, object], window: Window) -> str:
        if self.grafana_url is None:
            return ""
        pane = {
            "datasource": source,
            "queries": [{"refId": "A", "datasource": {"type": source, "uid": source}, **query}],
            "range": {"from": _milliseconds(window.start), "to": _milliseconds(window.end)},
        }
        panes = json.dumps({"answer": pane}, separators=(",", ":"))
        return f"{self.grafana_url}/explore?{urlencode({'schemaVersion': 1, 'panes': panes, 'orgId': 1})}"


def _milliseconds(moment: datetime) -> str:
    return str(round(moment.timestamp() * 1000))
