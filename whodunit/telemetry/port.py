"""The port through which the lab reads telemetry, the same for every backend.

The runner, the views, the report and the grader know only this module, its questions and its answers. An adapter turns
a question into the language of one backend: SQL for the embedded store; PromQL, LogQL and Jaeger's query API for the
stack.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from whodunit.telemetry.answers import (
    AlertList,
    Buckets,
    Exemplars,
    Logs,
    MetricList,
    Number,
    Numbers,
    Plot,
    ServiceMap,
    Spans,
    TraceList,
)
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Window


class Telemetry(Protocol):
    """The questions that a backend answers. Every method raises `TelemetryError` when it cannot."""

    def number(self, query: MetricQuery, window: Window) -> Number:
        """One number from one metric."""
        ...

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        """The number of each question, at less cost than one by one."""
        ...

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        """The same number per step of time, one series per combination of the attributes `by`."""
        ...

    def buckets(self, query: MetricQuery, window: Window, step_s: float) -> Buckets:
        """A histogram's measurements per step of time and bucket, whatever the query's statistic."""
        ...

    def exemplars(self, query: MetricQuery, window: Window, step_s: float) -> Exemplars:
        """Of each step of time the largest measurement that tells its trace, whatever the query's statistic."""
        ...

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        """Spans that started within the window."""
        ...

    def traces(self, query: SpanQuery, window: Window, limit: int = 20, *, slowest: bool = False) -> TraceList:
        """Traces with at least one span that matches: the newest, or the slowest, those with an error before others."""
        ...

    def trace(self, trace_id: str) -> Spans:
        """Every span of one trace, by start; the id may be abbreviated to a unique prefix of 6 or more digits."""
        ...

    def logs(self, query: LogQuery, window: Window, limit: int = 5) -> Logs:
        """Log records within the window."""
        ...

    def log_volume(self, query: LogQuery, window: Window, step_s: float) -> Plot:
        """The number of log records per step of time, one series for each `severity`.

        With `joined_to_trace` a trace id is enough, whether or not spans share it.
        """
        ...

    def service_map(self, window: Window) -> ServiceMap:
        """Calls between services within the window."""
        ...

    def metric_names(self) -> Sequence[str]:
        """Names of all metrics seen, sorted."""
        ...

    def metric_list(self, window: Window) -> MetricList:
        """The metrics with points in the window."""
        ...

    def service_names(self) -> Sequence[str]:
        """Names of all services seen, sorted."""
        ...

    def releases(self, window: Window) -> Mapping[str, Sequence[str]]:
        """The releases of each service that told of themselves within the window, sorted."""
        ...

    def alerts(self) -> AlertList:
        """The alerts that are pending or firing now."""
        ...


class TelemetryError(Exception):
    """The backend could not answer: it is away, or it does not know the thing that was asked for."""


class UnanswerableError(TelemetryError):
    """The backend can never answer a question of this kind; another backend may."""


class RefusedQueryError(TelemetryError):
    """The backend is there and refuses the query as it stands; the message is the backend's."""
