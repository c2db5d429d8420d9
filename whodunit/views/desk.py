"""The telemetry that the views ask: the running shop's, or a store that is named."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from whodunit.counted import counted
from whodunit.errors import LabError, WrongUseError
from whodunit.lab.answers import LabStatus, embedded_store
from whodunit.lab.target import LiteTarget, find
from whodunit.telemetry.port import RefusedQueryError, Telemetry, TelemetryError
from whodunit.telemetry.questions import LogQuery, MetricQuery, SpanQuery, Window
from whodunit.telemetry.store.adapter import SqlStore, StoreTelemetry
from whodunit.telemetry.store.client import Rows, StoreClient
from whodunit.views.clock_time import with_date
from whodunit.views.windows import Period

FAR = timedelta(days=28)
"""The length of the window that is searched for items later than now."""

UNDER_WAY = timedelta(seconds=5)
"""Items that were recorded while the query ran do not count as later."""

SCHEMA = 'Columns of a table: whodunit sql "describe spans" (logs, metrics, resources)'
OTHER_LANGUAGES = "Every other view prints its query with --query; open Prometheus, Jaeger or Grafana to change it"


@dataclass(frozen=True)
class Later:
    """A number of items later than now, in words as `counted`; `example` is the time of one."""

    count: int = 0
    counted: str = ""
    example: datetime | None = None

    def warned(self, drawn: RenderableType) -> RenderableType:
        """The view, followed by a warning if there are such items."""
        if not self.count:
            return drawn
        such = f", such as at {with_date(self.example)}" if self.example else ""
        warning = f"Later than now: {self.counted}{such}. A sender's clock is ahead."
        return Group(drawn, Text(warning, style="yellow"))


def ahead(now: datetime) -> Window:
    """The window after `now`: only a sender whose clock is ahead records anything in it."""
    return Window(now + UNDER_WAY, now + FAR)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """Telemetry, the store behind it, the clock, and the hint after a refused query.

    `recorded` is the time that a replay covers; it ends now, and the replay holds nothing later. `write_error` is the
    reason why the store could not write its last rows, None if it could.
    """

    telemetry: Telemetry
    store: SqlStore
    now: Callable[[], datetime] = _utc_now
    hint: str = SCHEMA
    recorded: Window | None = None
    write_error: Callable[[], str | None] = lambda: None

    def window(self, period: Period) -> Window:
        """The window of a view: as it was typed, else all of a replay; raises WrongUseError."""
        return self.recorded if period.is_open and self.recorded else period.window(self.now())

    def looked_at(self, period: Period) -> str:
        """The window of a view in words: "in the last 15m"."""
        return "in the recording" if period.is_open and self.recorded else period.words()

    def of_several_releases(self, window: Window) -> frozenset[str]:
        """The services of which more than one release told of itself within the window."""
        return of_several_releases(self.telemetry, window)

    def later_spans(self, query: SpanQuery) -> Later:
        """Spans that started later than now."""
        found = self.telemetry.spans(query, ahead(self.now()), 1)
        spans = counted(found.count, "span", at_least=found.is_lower_bound)
        return Later(found.count, spans, found.sample[0].start if found.sample else None)

    def later_logs(self, query: LogQuery) -> Later:
        """Log lines from later than now."""
        found = self.telemetry.logs(query, ahead(self.now()), 1)
        return Later(found.count, counted(found.count, "log line"), found.sample[0].time if found.sample else None)

    def later_points(self, query: MetricQuery) -> Later:
        """Points of one metric from later than now."""
        points = self.telemetry.number(query, ahead(self.now())).points
        return Later(points, counted(points, "point"))

    def later_metrics(self, service: str | None = None, name: str | None = None) -> Later:
        """Metrics with points from later than now: of one service, of one name."""
        listed = self.telemetry.metric_list(ahead(self.now())).metrics
        found = [each for each in listed if service in {None, *each.services} and name in {None, each.name}]
        return Later(len(found), counted(len(found), "metric with points", "metrics with points"))


def of_several_releases(telemetry: Telemetry, window: Window) -> frozenset[str]:
    """The services of which more than one release told of itself within the window."""
    return frozenset(service for service, found in telemetry.releases(window).items() if len(found) > 1)


class NoSql:
    """Stands in for the embedded store on a stack without one."""

    def __init__(self, entry_url: str) -> None:
        self._entry_url = entry_url

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:  # noqa: ARG002  the form of `SqlStore`
        """Raises WrongUseError."""
        raise WrongUseError(
            "The stack keeps its telemetry in Prometheus, Loki and Jaeger, which do not answer SQL.",
            f"{OTHER_LANGUAGES}: {self._entry_url}/grafana/explore",
        )


@contextmanager
def desk(context: typer.Context, url: str | None) -> Iterator[Desk]:
    """The desk in `context.obj`, or one of the running shop; errors of the telemetry become LabErrors."""
    at = context.obj if isinstance(context.obj, Desk) else _open(url)
    try:
        yield at
    except RefusedQueryError as error:
        raise WrongUseError(str(error), at.hint) from error
    except TelemetryError as error:
        raise LabError(str(error), "Is the shop up? whodunit status") from error


def _open(url: str | None) -> Desk:
    if url:
        return _at_store(url)
    target = find()
    if isinstance(target, LiteTarget):
        with target.lab() as lab:
            status = lab.status()
        return _at_store(embedded_store(status)["url"], recorded(status))
    shop, store_url = target.links["shop"], target.store_url
    hint = f"{OTHER_LANGUAGES}: {shop}/grafana/explore"
    if store_url is None:
        return Desk(target.telemetry(), NoSql(shop), hint=hint)
    store = StoreClient(store_url)
    return Desk(target.telemetry(), store, hint=hint, write_error=store.write_error)


def recorded(status: LabStatus) -> Window | None:
    """The time that a replay covers; None for a shop that runs."""
    if status["mode"] != "replay":
        return None
    return Window(datetime.fromisoformat(status["begins"]), datetime.fromisoformat(status["now"]))


def _at_store(url: str, covers: Window | None = None) -> Desk:
    store = StoreClient(url)
    desk = Desk(StoreTelemetry(store), store, recorded=covers, write_error=store.write_error)
    return desk if covers is None else replace(desk, now=lambda: covers.end)
