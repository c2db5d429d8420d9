"""`whodunit traces` and `whodunit trace ID`."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer
from rich.console import Group

from whodunit.compare.edges import changed_edges
from whodunit.compare.two_traces import side_by_side
from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import Logs, Spans, TraceList, TraceSummary
from whodunit.telemetry.conditions import attributes
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window
from whodunit.views import one_trace
from whodunit.views.compared_traces import edge_table, step_table
from whodunit.views.desk import Desk, desk
from whodunit.views.not_shown import left_out, nothing
from whodunit.views.options import (
    Around,
    AsJson,
    AsQuery,
    Last,
    Limit,
    Service,
    Since,
    StoreUrl,
    Until,
    Where,
    seconds_or_none,
)
from whodunit.views.output import Style, emit
from whodunit.views.trace_table import trace_table
from whodunit.views.waterfall import Detail, waterfall
from whodunit.views.windows import Period
from whodunit.views.windows import window as read_window


class Order(StrEnum):
    """The order of traces that were found."""

    NEWEST = "newest"
    SLOWEST = "slowest"


Sorted = Annotated[Order, typer.Option("--sort", help="Newest first, or slowest, those with an error before others.")]
TraceId = Annotated[str, typer.Argument(metavar="ID", help="A trace id, or its first 6 digits or more.")]
Name = Annotated[str | None, typer.Option("--name", help="With a span of this name.")]
Min = Annotated[str | None, typer.Option("--min", metavar="TIME", help="With a span longer than this: 1s, 750ms.")]
Max = Annotated[str | None, typer.Option("--max", metavar="TIME", help="With a span shorter than this.")]
Status = Annotated[str | None, typer.Option("--status", help="With a span that ended so: error, ok, unset.")]
WithIds = Annotated[bool, typer.Option("--ids", help="Span ids in place of the bars.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Every span by itself, whole statements, and flags that are off.")
]
ComparedWindow = Annotated[
    str | None,
    typer.Option("--compare", metavar="WINDOW", help="All calls beside those of an earlier window: -10m..-5m."),
]
ComparedTrace = Annotated[
    str | None, typer.Option("--compare", metavar="ID", help="Side by side with this trace, span by span.")
]
WithLogs = Annotated[bool, typer.Option("--logs", help="Put the trace's log lines where they belong.")]


def traces(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    context: typer.Context,
    service: Service = None,
    name: Name = None,
    least: Min = None,
    most: Max = None,
    status: Status = None,
    where: Where = None,
    compared: ComparedWindow = None,
    sort: Sorted = Order.NEWEST,
    last: Last = None,
    since: Since = None,
    until: Until = None,
    around: Around = None,
    limit: Limit = 20,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Find traces that hold one span with all of these properties; newest first, or slowest."""
    query = SpanQuery(
        service=service,
        name=name,
        status=status,
        where=attributes(where or (), "--where "),
        longer_than_s=seconds_or_none(least),
        shorter_than_s=seconds_or_none(most),
    )
    with desk(context, store) as at:
        style, period = Style(as_json, as_query), Period(last, since, until, around)
        if compared is not None:
            _show_edges(at, query, read_window(compared, at.now()), style, period, limit)
        else:
            _show_traces(at, query, style, period, limit, slowest=sort is Order.SLOWEST)


def _show_traces(at: Desk, query: SpanQuery, style: Style, period: Period, limit: int, *, slowest: bool) -> None:
    window = at.window(period)
    found = at.telemetry.traces(query, window, limit, slowest=slowest)
    later, left = at.later_spans(query), "faster trace" if slowest else "older trace"
    emit(
        style,
        found.query,
        {
            "count": found.count,
            "is_lower_bound": found.is_lower_bound,
            "traces": found.traces,
            "later": later.count,
        },
        lambda _: later.warned(
            trace_table(found, limit, () if slowest else _slowest(at.telemetry, query, window, found), left=left)
            if found.traces
            else nothing(at, "traces like that", period, query.service).append(_for_one_span(query))
        ),
    )


def _show_edges(at: Desk, query: SpanQuery, before: Window, style: Style, period: Period, limit: int) -> None:
    """Raises WrongUseError for conditions that an edge does not have."""
    if query != SpanQuery(service=query.service):
        raise WrongUseError("--compare shows edges, of all services or of one.", "Leave out all but --service")
    found = changed_edges(at.telemetry, before, at.window(period), query.service)
    emit(
        style,
        found.query,
        {"edges": found.edges},
        lambda _: edge_table(found.edges, limit) if found.edges else nothing(at, "calls", period, query.service),
    )


def _slowest(telemetry: Telemetry, query: SpanQuery, window: Window, found: TraceList) -> Sequence[TraceSummary]:
    """The slowest of all that match, when not all of them are listed."""
    if found.count == len(found.traces):
        return ()
    return telemetry.traces(query, window, len(found.traces), slowest=True).traces


def _for_one_span(query: SpanQuery) -> str:
    """The sentence that is needed when there are several conditions."""
    own = (query.service, query.name, query.status, query.longer_than_s, query.shorter_than_s)
    several = sum(each is not None for each in own) + len(query.where) > 1
    return "\nAll conditions must hold for one span." * several


def trace(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    context: typer.Context,
    trace_id: TraceId,
    with_logs: WithLogs = False,
    with_ids: WithIds = False,
    everything: Everything = False,
    compared: ComparedTrace = None,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Show one trace as a waterfall: every span, its errors and events, and with --logs its log lines."""
    with desk(context, store) as at:
        spans, style = one_trace.trace(at.telemetry, trace_id), Style(as_json, as_query)
        if compared is not None:
            _show_both(spans, one_trace.trace(at.telemetry, compared), style)
        else:
            logs = one_trace.logs_of(at.telemetry, spans.sample) if with_logs else Logs(0, (), "")
            _show_one(at, spans, logs, style, partial(Detail, with_ids, everything))


def _show_one(at: Desk, spans: Spans, logs: Logs, style: Style, detail: Callable[[frozenset[str]], Detail]) -> None:
    """`detail` is made of the services that had several releases, which are asked for only where they are drawn."""
    later_spans = spans.count - len(spans.sample)
    emit(
        style,
        ";\n\n".join(query for query in (spans.query, logs.query) if query),
        {
            "trace_id": spans.sample[0].trace_id,
            "count": spans.count,
            "spans": spans.sample,
            "log_count": logs.count,
            "logs": logs.sample,
        },
        lambda screen: Group(
            waterfall(
                spans.sample,
                logs.sample,
                screen.width,
                later_spans,
                detail(at.of_several_releases(one_trace.deployment_time(spans.sample))),
            ),
            *left_out("later span", later_spans),
            *left_out("older log line", logs.count - len(logs.sample)),
        ),
    )


def _show_both(one: Spans, other: Spans, style: Style) -> None:
    steps = side_by_side(one.sample, other.sample)
    ids = one.sample[0].trace_id, other.sample[0].trace_id
    emit(
        style,
        f"{one.query};\n\n{other.query}",
        {"trace_ids": ids, "steps": steps},
        lambda _: step_table(steps, *ids),
    )
