"""The real stack as a backend: the `Telemetry` port answered by Prometheus, Jaeger, and Loki or the store in its place.

Where the meaning of an answer differs from the embedded store's:

- Totals are exported whether or not they moved: a step of a plot in which nothing happened is 0, not a gap, and
  `Number.points` counts exports, not measurements.
- Jaeger counts spans within the newest 100 traces that a search finds (1,000 if as many spans are wanted), and traces
  up to one more than are listed; log records joined to a trace are the newest 100. All are lower bounds; every other
  number is exact.
- The map's p95 is interpolated within buckets.

Telemetry is late by a service's export interval (spans and log records 1 s, metrics 5 s) and the Collector's batch
(under a second). A window that ends now therefore sees the metrics of 0 to 6 s ago, in the stack as with the store:
what a sliding window of 20 s forgets is gone 20 to 26 s after it ended.
"""

from collections.abc import Mapping, Sequence

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
from whodunit.telemetry.stack import alerts
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.jaeger import Jaeger
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.logs import LogLines, LogStore
from whodunit.telemetry.stack.loki import Loki
from whodunit.telemetry.stack.metrics import Metrics
from whodunit.telemetry.stack.prometheus import Prometheus
from whodunit.telemetry.stack.service_map import service_map
from whodunit.telemetry.stack.spans import SpanSearch


class StackTelemetry:
    """Implements `whodunit.telemetry.port.Telemetry`."""

    def __init__(self, prometheus_url: str, logs: LogStore, jaeger_url: str, pages: Links) -> None:
        """Addresses of each program's API (without `/api/v1`, `/api/traces`), and the store of log records."""
        prometheus, jaeger = Program("Prometheus", prometheus_url), Program("Jaeger", jaeger_url)
        self._programs = (prometheus, jaeger, logs)
        self._pages = pages
        self._prometheus, self._jaeger = Prometheus(prometheus), Jaeger(jaeger)
        self._metrics = Metrics(self._prometheus, pages)
        self._logs = LogLines(logs, self._jaeger)
        self._spans = SpanSearch(self._jaeger, pages, self._logs.trace_ids)

    @classmethod
    def at(cls, entry_url: str, page_url: str | None = None, logs: LogStore | None = None) -> "StackTelemetry":
        """The stack behind one entry address; links begin with `page_url` where people reach it by another.

        Its log records are in `logs`, or else in Loki.
        """
        entry, page = entry_url.rstrip("/"), (page_url or entry_url).rstrip("/")
        pages = Links(f"{page}/prometheus", f"{page}/jaeger", f"{page}/grafana")
        return cls(f"{entry}/prometheus", logs or Loki(Program("Loki", entry), pages), f"{entry}/jaeger", pages)

    def number(self, query: MetricQuery, window: Window) -> Number:
        """One number from one metric."""
        return self._metrics.number(query, window)

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        """The number of each question, one after another."""
        return self._metrics.measure(asked)

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        """The same number per step of time; `service` in `by` means the service, the rest are attributes."""
        return self._metrics.plot(query, window, step_s, by)

    def buckets(self, query: MetricQuery, window: Window, step_s: float) -> Buckets:
        """A histogram's measurements per step of time and bucket."""
        return self._metrics.buckets(query, window, step_s)

    def exemplars(self, query: MetricQuery, window: Window, step_s: float) -> Exemplars:
        """Of each step of time the largest measurement that tells its trace, as long as Prometheus keeps it."""
        return self._metrics.exemplars(query, window, step_s)

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        """Spans that started within the window, slowest first; `count` is of the newest traces that are examined."""
        return self._spans.spans(query, window, limit)

    def traces(self, query: SpanQuery, window: Window, limit: int = 20, *, slowest: bool = False) -> TraceList:
        """Traces with at least one span that matches, 1,000 at most; the slowest are those of the newest 100."""
        return self._spans.slowest(query, window, limit) if slowest else self._spans.traces(query, window, limit)

    def trace(self, trace_id: str) -> Spans:
        """Every span of one trace.

        An abbreviated id is looked for in the log records of the last hour, then in the newest traces of each
        service; one that is not found so, or is ambiguous, is an error. An unknown whole id gives no spans.
        """
        return self._spans.trace(trace_id)

    def logs(self, query: LogQuery, window: Window, limit: int = 5) -> Logs:
        """Log records within the window, newest last, 5,000 at most; joined to a trace, the newest 100 are counted."""
        return self._logs.logs(query, window, limit)

    def log_volume(self, query: LogQuery, window: Window, step_s: float) -> Plot:
        """The number of log records per step of time, by severity."""
        return self._logs.volume(query, window, step_s)

    def service_map(self, window: Window) -> ServiceMap:
        """Calls between services within the window, as their callers saw them."""
        return service_map(self._prometheus, self._jaeger, self._pages, window)

    def metric_names(self) -> Sequence[str]:
        """Names of all metrics seen, sorted; one that the shop does not declare has Prometheus' name."""
        return self._metrics.names()

    def metric_list(self, window: Window) -> MetricList:
        """The metrics with points in the window, sorted by name."""
        return self._metrics.listed(window)

    def service_names(self) -> Sequence[str]:
        """Names of all services seen, sorted."""
        return sorted({*self._prometheus.services(), *self._jaeger.services()})

    def releases(self, window: Window) -> Mapping[str, Sequence[str]]:
        """The releases of each service with metrics in the window, sorted."""
        return self._metrics.releases(window)

    def alerts(self) -> AlertList:
        """The alerts that are pending or firing now."""
        return alerts.alerts(self._prometheus, self._pages)

    def close(self) -> None:
        """Give the connections back."""
        for program in self._programs:
            program.close()
