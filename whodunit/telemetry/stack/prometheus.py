"""Prometheus' query API."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from whodunit.telemetry.answers import Exemplar
from whodunit.telemetry.questions import Window
from whodunit.telemetry.stack.http import Program

_OURS = '{service_name!="", __name__!~".+:.+"}'
"""Series that came as telemetry of a service; those that rules record have colons in their names."""


@dataclass(frozen=True)
class Sample:
    """One element of an instant vector; NaN is no value."""

    labels: Mapping[str, str]
    value: float | None


class Prometheus:
    """Each method raises TelemetryError."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def vector(self, expression: str, at: datetime) -> list[Sample]:
        """The expression at one moment."""
        data = self._program.data("/api/v1/query", {"query": expression, "time": moment(at)})
        return [Sample(each["metric"], value(each["value"][1])) for each in data["result"]]

    def scalar(self, expression: str, at: datetime) -> float | None:
        """The one value of an expression that has one at most."""
        return next((sample.value for sample in self.vector(expression, at)), None)

    def matrix(self, expression: str, first: datetime, last: datetime, step_s: float) -> list[Mapping[str, Any]]:
        """The expression at equal steps: labels in `metric`, pairs of time and text in `values`."""
        parameters = {"query": expression, "start": moment(first), "end": moment(last), "step": f"{step_s:.3f}"}
        found: list[Mapping[str, Any]] = self._program.data("/api/v1/query_range", parameters)["result"]
        return found

    def exemplars(self, series: str, window: Window) -> list[Exemplar]:
        """Every exemplar of the series that is a number; the id of one that told no trace is empty."""
        parameters = {"query": series, "start": moment(window.start), "end": moment(window.end)}
        return [
            Exemplar(
                datetime.fromtimestamp(exemplar["timestamp"], UTC),
                float(exemplar["value"]),
                exemplar["labels"].get("trace_id", ""),
            )
            for each in self._program.data("/api/v1/query_exemplars", parameters)
            for exemplar in each["exemplars"]
            if math.isfinite(float(exemplar["value"]))
        ]

    def series_names(self) -> Sequence[str]:
        """Names of all series of services."""
        return self._values("__name__")

    def services(self) -> Sequence[str]:
        """Names of all services with metrics."""
        return self._values("service_name")

    def alerts(self) -> list[Mapping[str, Any]]:
        """The alerts that are firing or pending."""
        found: list[Mapping[str, Any]] = self._program.data("/api/v1/alerts", {})["alerts"]
        return found

    def _values(self, label: str) -> Sequence[str]:
        found: list[str] = self._program.data(f"/api/v1/label/{label}/values", {"match[]": _OURS})
        return found


def value(text: str) -> float | None:
    """A sample's value; NaN, which PromQL gives for nothing divided by nothing, is None."""
    number = float(text)
    return None if math.isnan(number) else number


def moment(at: datetime) -> str:
    """Seconds since 1970, to the millisecond."""
    return f"{at.timestamp():.3f}"
