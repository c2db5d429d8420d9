"""The embedded store as a backend: the `Telemetry` port answered by SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from whodunit.telemetry.answers import (
    AlertList,
    Buckets,
    Exemplars,
    Logs,
    MetricList,
    Number,
    Numbers,
    Plot,
    Series,
    ServiceMap,
    Spans,
    TraceList,
)
from whodunit.telemetry.log_volume import volume
from whodunit.telemetry.number_unit import number_unit
from whodunit.telemetry.port import RefusedQueryError, UnanswerableError
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Statistic, Window
from whodunit.telemetry.store import decoded, logs, metrics, names, service_map, spans, together
from whodunit.telemetry.store.client import Rows, StoreClient
from whodunit.telemetry.store.sql import Sql, attribute, step_of

SHORTEST_PREFIX = 6
_EXEMPLARS = 5
_CANDIDATES = 5

Row = Mapping[str, Any]


class SqlStore(Protocol):
    """Runs one read-only statement; raises `TelemetryError` when it cannot."""

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
        """The rows of `sql`, its `?` filled with `parameters`."""
        ...


class StoreTelemetry:
    """Implements `whodunit.telemetry.port.Telemetry`."""

    def __init__(self, store: SqlStore, alerts: Callable[[], AlertList] | None = None) -> None:
        """`alerts` asks the lab, which evaluates them; without it `alerts()` cannot be answered."""
        self._store = store
        self._alerts = alerts

    @classmethod
    def at(cls, url: str, alerts: Callable[[], AlertList] | None = None) -> "StoreTelemetry":
        """The store that listens at `url`."""
        return cls(StoreClient(url), alerts)

    def number(self, query: MetricQuery, window: Window) -> Number:
        """One number from one metric."""
        statement = metrics.statement(query, window, window.seconds, {})
        row = self._one(statement)
        points = row["points"]
        exemplars = self._exemplars(query, window) if points else ()
        return Number(row["value"], points, exemplars, str(statement))

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        """The number of each question, by one statement.

        What there are no points of is not asked: in a shop without visitors most of the work is to plan the statement.
        """
        measured = {row["name"]: row["has_totals"] for row in self._rows(together.measured(asked))}
        present = [each for each, (query, _) in enumerate(asked) if query.name in measured]
        values: list[float | None] = [None] * len(asked)
        if present:
            statement = together.statement([asked[each] for each in present], has_totals=any(measured.values()))
            row = self._one(statement)
            for column, each in enumerate(present):
                values[each] = row[f"q{column}"]
        return Numbers(values, together.Whole(asked))

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        """The same number per step of time; `service` in `by` means the service, the rest are attributes."""
        statement = metrics.statement(query, window, step_s, _keys(window, step_s, by))
        series = _series(self._rows(statement), window, step_s, by)
        return Plot(self._unit(query), series, str(statement))

    def buckets(self, query: MetricQuery, window: Window, step_s: float) -> Buckets:
        """A histogram's measurements per step of time and bucket."""
        statement = metrics.buckets(query, window, step_s)
        found = {(row["step"], decoded.bound(row)): row["n"] for row in self._rows(statement)}
        bounds = sorted({bound for _, bound in found})
        times = _times(window, step_s) if bounds else []
        counts = [[found.get((step, bound), 0.0) for bound in bounds] for step in range(len(times))]
        return Buckets(self._unit(replace(query, statistic=Statistic.MEAN)), bounds, times, counts, str(statement))

    def exemplars(self, query: MetricQuery, window: Window, step_s: float) -> Exemplars:
        """Of each step of time the largest measurement that tells its trace."""
        statement = metrics.largest_exemplars(query, window, step_s)
        return Exemplars([decoded.exemplar(row) for row in self._rows(statement)], str(statement))

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        """Spans that started within the window, slowest first."""
        listed = spans.listed(query, window, limit)
        found = self._some(listed)
        count = self._total(found, limit, spans.counted(query, window))
        return Spans(count, [decoded.span(row) for row in found.as_dicts()], str(listed))

    def traces(self, query: SpanQuery, window: Window, limit: int = 20, *, slowest: bool = False) -> TraceList:
        """Traces with at least one span that matches: the newest, or the slowest, those with an error before others."""
        listed = spans.slowest_traces(query, window, limit) if slowest else spans.traces(query, window, limit)
        found = self._some(listed)
        count = self._total(found, limit, spans.counted_traces(query, window))
        return TraceList(count, [decoded.trace_summary(row) for row in found.as_dicts()], str(listed))

    def trace(self, trace_id: str) -> Spans:
        """Every span of one trace, the first of a very long one; an ambiguous id is an error, an unknown has none."""
        whole_id = self._whole_id(trace_id.lower())
        statement = spans.of_trace(whole_id)
        found = self._some(statement)
        count = self._total(found, None, spans.counted_of_trace(whole_id))
        return Spans(count, [decoded.span(row) for row in found.as_dicts()], str(statement))

    def logs(self, query: LogQuery, window: Window, limit: int = 5) -> Logs:
        """Log records within the window, newest last."""
        listed = logs.listed(query, window, limit)
        found = self._some(listed)
        count = self._total(found, limit, logs.counted(query, window))
        return Logs(count, [decoded.log_record(row) for row in reversed(found.as_dicts())], str(listed))

    def log_volume(self, query: LogQuery, window: Window, step_s: float) -> Plot:
        """The number of log records per step of time, by severity."""
        statement = logs.volume(query, window, step_s)
        return volume(logs.counts(self._rows(statement)), window, step_s, str(statement))

    def service_map(self, window: Window) -> ServiceMap:
        """Calls between services within the window, as their callers saw them."""
        statement = service_map.statement(window)
        heard = {row["service"]: decoded.moment(row["heard"]) for row in self._rows(service_map.heard(window.end))}
        return ServiceMap([decoded.edge(row) for row in self._rows(statement)], str(statement), heard)

    def metric_names(self) -> Sequence[str]:
        """Names of all metrics seen, sorted."""
        return [row["name"] for row in self._rows(names.METRIC_NAMES)]

    def metric_list(self, window: Window) -> MetricList:
        """The metrics with points in the window, sorted by name."""
        statement = names.metric_list(window)
        return MetricList([decoded.metric_info(row) for row in self._rows(statement)], str(statement))

    def service_names(self) -> Sequence[str]:
        """Names of all services seen, sorted."""
        return [row["service"] for row in self._rows(names.SERVICE_NAMES)]

    def releases(self, window: Window) -> Mapping[str, Sequence[str]]:
        """The releases of each service with spans or log records in the window, sorted."""
        rows = self._rows(names.releases(window))
        services = dict.fromkeys(row["service"] for row in rows)
        return {service: [row["release"] for row in rows if row["service"] == service] for service in services}

    def alerts(self) -> AlertList:
        """The alerts that are pending or firing, as the lab evaluates them; raises UnanswerableError without a lab."""
        if self._alerts is None:
            raise UnanswerableError("The store alone knows no alerts: its lab judges them.")
        return self._alerts()

    def _whole_id(self, prefix: str) -> str:
        if len(prefix) < SHORTEST_PREFIX:
            raise RefusedQueryError(f"{prefix!r} is too short: a trace id needs {SHORTEST_PREFIX} digits or more.")
        rows = self._rows(spans.ids_that_start_with(prefix, _CANDIDATES))
        if len(rows) > 1:
            candidates = ", ".join(sorted(row["trace_id"] for row in rows))
            raise RefusedQueryError(f"Several traces start with {prefix}: {candidates}")
        return str(rows[0]["trace_id"]) if rows else prefix

    def _exemplars(self, query: MetricQuery, window: Window) -> Sequence[str]:
        rows = self._rows(metrics.exemplars(query, window, _EXEMPLARS))
        return [row["trace_id"] for row in rows]

    def _unit(self, query: MetricQuery) -> str:
        rows = self._rows(names.measured(query.name))
        return number_unit(query.statistic, rows[0]["type"], rows[0]["unit"] or "") if rows else ""

    def _total(self, found: Rows, limit: int | None, counted: Sql) -> int:
        """The number in all; runs the statement only when `found` may not be all."""
        is_all = len(found.rows) != limit and not found.truncated
        return len(found.rows) if is_all else int(self._one(counted)["n"])

    def _one(self, statement: Sql) -> Row:
        return self._rows(statement)[0]

    def _rows(self, statement: Sql) -> Sequence[Row]:
        found = self._some(statement)
        if found.truncated:
            raise RefusedQueryError("The answer is longer than the store gives at once: ask for less.")
        return found.as_dicts()

    def _some(self, statement: Sql) -> Rows:
        """All rows, or as many as the store gives."""
        return self._store.sql(statement.text, statement.parameters)


def _keys(window: Window, step_s: float, by: Sequence[str]) -> dict[str, Sql]:
    named = {f"by_{number}": Sql("service") if key == "service" else attribute(key) for number, key in enumerate(by)}
    return {**named, "step": step_of(window, step_s)}


def _times(window: Window, step_s: float) -> list[datetime]:
    return [window.start + timedelta(seconds=step_s * step) for step in range(int(-(-window.seconds // step_s)))]


def _series(rows: Sequence[Row], window: Window, step_s: float, by: Sequence[str]) -> list[Series]:
    times = _times(window, step_s)
    lines: dict[tuple[str | None, ...], list[float | None]] = {}
    for row in rows:
        key = tuple(row[f"by_{number}"] for number in range(len(by)))
        lines.setdefault(key, [None] * len(times))[row["step"]] = row["value"]
    return [
        Series({name: value for name, value in zip(by, key, strict=True) if value is not None}, times, values)
        for key, values in lines.items()
    ]
