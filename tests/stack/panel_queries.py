"""Asks what a panel asks, as Grafana would: its variables filled in, over the last minutes, through the one entry."""

import math
from collections.abc import Iterator, Mapping
from time import time
from typing import Any

import httpx

from tests.unit.grafana.panels import Panel, Target

Json = dict[str, Any]

STEP_S = 5
RATE_INTERVAL = "20s"
"""What Grafana makes of `$__rate_interval` with a step of 5 s and the data source's interval of 5 s."""


class Asked:
    """The programs behind the entry, and what their answers hold since `start`."""

    def __init__(self, entry_url: str, start: float, variables: Mapping[str, str]) -> None:
        self._entry = httpx.Client(base_url=entry_url, timeout=20, trust_env=False)
        self._start = start
        self._variables = {"__rate_interval": RATE_INTERVAL, **variables}

    def __enter__(self) -> "Asked":
        return self

    def __exit__(self, *_: object) -> None:
        self._entry.close()

    def empty(self, panel: Panel) -> list[str]:
        """The panel's questions without an answer. Raises AssertionError for a question that is refused."""
        return [target.expr for target in panel.targets if not any(self.values(target))]

    def values(self, target: Target) -> Iterator[bool]:
        """For each value in the answer whether it is a number; for each log line True."""
        if target.source == "loki":
            yield from (True for stream in self.lines(target.expr) for _ in stream["values"])
        else:
            for series in self.series(target.expr):
                yield from (not math.isnan(float(value)) for _, value in series["values"])

    def series(self, expr: str) -> list[Json]:
        """Values over time."""
        window = {"start": f"{self._start:.0f}", "end": f"{time():.0f}", "step": f"{STEP_S}s"}
        return self._result("/prometheus/api/v1/query_range", query=self._filled(expr), **window)

    def now(self, expr: str) -> list[Json]:
        """Values now."""
        return self._result("/prometheus/api/v1/query", query=self._filled(expr))

    def exemplars(self, expr: str) -> list[Json]:
        """Exemplars of the series that an expression names."""
        answer = self._get(
            "/prometheus/api/v1/query_exemplars", query=self._filled(expr), start=self._start, end=time()
        )
        return [exemplar for series in answer["data"] for exemplar in series["exemplars"]]

    def lines(self, expr: str) -> list[Json]:
        """Streams of log lines, newest first."""
        return self._result(
            "/loki/api/v1/query_range", query=self._filled(expr), start=f"{self._start:.0f}", limit="50"
        )

    def trace(self, trace_id: str) -> Json | None:
        """A trace as Jaeger tells it, or None."""
        answer = self._entry.get(f"/jaeger/api/traces/{trace_id}")
        found: Json | None = answer.json()["data"][0] if answer.is_success else None
        return found

    def rules(self) -> list[Json]:
        """Prometheus' rules, with how their last evaluation went."""
        groups = self._get("/prometheus/api/v1/rules")["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def _result(self, path: str, **parameters: str) -> list[Json]:
        result: list[Json] = self._get(path, **parameters)["data"]["result"]
        return result

    def _get(self, path: str, **parameters: str | float) -> Json:
        answer = self._entry.get(path, params=parameters)
        assert answer.is_success, f"{path} {parameters}: {answer.status_code} {answer.text[:500]}"
        document: Json = answer.json()
        assert document["status"] == "success", f"{path} {parameters}: {document}"
        return document

    def _filled(self, expr: str) -> str:
        for name, value in self._variables.items():
            expr = expr.replace(f"${name}", value)
        return expr
