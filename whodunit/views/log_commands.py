"""`whodunit logs`: the lines of a window, or new ones as they come."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType

from whodunit.telemetry.answers import LogRecord, Logs
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.views.desk import Desk, desk
from whodunit.views.log_lines import log_line
from whodunit.views.not_shown import left_out, nothing
from whodunit.views.options import AsJson, AsQuery, Last, Limit, Service, StoreUrl, Where, attributes, level
from whodunit.views.output import Style, console, emit, show, to_json

_POLL_S = 1.0
_MOST_AT_ONCE = 1_000
LATE = timedelta(seconds=10)
"""Records arrive after their time, by the exporter's delay and the store's: each query reaches so far back."""

LogKey = tuple[datetime, str, str, str | None]

Severity = Annotated[str | None, typer.Option("--severity", help="This severe or worse: info, warn, error.")]
Contains = Annotated[str | None, typer.Option("--contains", metavar="TEXT", help="With this text, in any case.")]
TraceId = Annotated[str | None, typer.Option("--trace", metavar="ID", help="Of this trace; its first digits do.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines as they come.")]


def logs(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    context: typer.Context,
    service: Service = None,
    severity: Severity = None,
    contains: Contains = None,
    trace_id: TraceId = None,
    where: Where = None,
    following: Follow = False,
    last: Last = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Show log lines, newest last; each begins with the first digits of its trace's id."""
    query = LogQuery(
        service=service,
        least_severity=level(severity),
        body_contains=contains,
        trace_id=trace_id,
        where=attributes(where),
    )
    style = Style(as_json, as_query)
    with desk(context, store) as at:
        if following and not as_query:
            _follow(at, query, style)
        else:
            found = at.telemetry.logs(query, at.window(last), limit)
            later = at.later_logs(query)
            hidden = _less_severe(at, query, found, last)
            emit(
                style,
                found.query,
                {"count": found.count, "logs": found.sample, "less_severe": hidden, "later": later.count},
                lambda screen: later.warned(
                    Group(
                        _drawn(found, screen) if found.sample else nothing(at, "log lines like that", last, service),
                        *left_out("less severe line", hidden, "without --severity they are shown"),
                    )
                ),
            )


def _less_severe(at: Desk, query: LogQuery, found: Logs, last: str | None) -> int:
    """The number of lines that match but for their severity."""
    if query.least_severity is None:
        return 0
    return at.telemetry.logs(replace(query, least_severity=None), at.window(last), 1).count - found.count


def _drawn(found: Logs, screen: Console) -> RenderableType:
    note = left_out("older line", found.count - len(found.sample), "--limit takes more")
    longest = max(len(record.service) for record in found.sample)
    return Group(*note, *(log_line(record, screen, longest) for record in found.sample))


def _follow(at: Desk, query: LogQuery, style: Style) -> None:
    screen = console()
    try:
        for record in follow(
            lambda window: at.telemetry.logs(query, window, _MOST_AT_ONCE).sample, at.now(), _ticks(at.now)
        ):
            if style.as_json:
                typer.echo(to_json(record, indent=None))
            else:
                show(screen, log_line(record, screen))
    except KeyboardInterrupt:
        raise typer.Exit from None


def _ticks(now: Callable[[], datetime]) -> Iterator[datetime]:
    while True:
        yield now()
        time.sleep(_POLL_S)


def follow(
    ask: Callable[[Window], Sequence[LogRecord]], since: datetime, ticks: Iterable[datetime]
) -> Iterator[LogRecord]:
    """Yield at each tick the records that were not there before, each once, none older than `since`."""
    seen: set[LogKey] = set()
    for now in ticks:
        window = Window(max(since, now - LATE), now + timedelta(seconds=1))
        records = {_key(record): record for record in ask(window)}
        yield from (record for key, record in records.items() if key not in seen)
        seen = set(records) | {key for key in seen if key[0] >= window.start}


def _key(record: LogRecord) -> LogKey:
    return (record.time, record.service, record.body, record.span_id)
