"""`whodunit logs`: the lines of a window, or new ones as they come."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.text import Text

from whodunit.compare.patterns import changed_patterns, patterns
from whodunit.counted import counted
from whodunit.errors import WrongUseError
from whodunit.legible import one_line
from whodunit.telemetry.answers import LogRecord, Logs
from whodunit.telemetry.conditions import attributes
from whodunit.telemetry.conditions import severity as read_severity
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.views.desk import Desk, desk
from whodunit.views.log_lines import LONGEST_SERVICE, log_line, sender, stack_lines
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
)
from whodunit.views.output import Style, console, emit, show, to_json
from whodunit.views.palette import SEVERITY_STYLES, colour
from whodunit.views.pattern_table import as_json_object, change_as_json_object, pattern_change_table, pattern_table
from whodunit.views.windows import Period, window

_POLL_S = 1.0
_MOST_AT_ONCE = 1_000
_MOST_COUNTED = 5_000
_MOST_MESSAGES = 5
LATE = timedelta(seconds=10)
"""Records arrive after their time, by the exporter's delay and the store's: each query reaches so far back."""

LogKey = tuple[datetime, str, str, str | None]

Severity = Annotated[str | None, typer.Option("--severity", help="This severe or worse: info, warn, error.")]
Contains = Annotated[str | None, typer.Option("--contains", metavar="TEXT", help="With this text, in any case.")]
TraceId = Annotated[str | None, typer.Option("--trace", metavar="ID", help="Of this trace; its first digits do.")]
Stack = Annotated[bool, typer.Option("--stack", help="Stack traces below their lines, in short.")]
ByPattern = Annotated[
    bool, typer.Option("--patterns", help="Lines that differ only in their values as one, with their number.")
]
Compared = Annotated[
    str | None,
    typer.Option("--compare", metavar="WINDOW", help="Patterns beside those of an earlier window: -10m..-5m."),
]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines as they come.")]


def logs(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    context: typer.Context,
    service: Service = None,
    severity: Severity = None,
    contains: Contains = None,
    trace_id: TraceId = None,
    where: Where = None,
    with_stack: Stack = False,
    following: Follow = False,
    by_pattern: ByPattern = False,
    compared: Compared = None,
    last: Last = None,
    since: Since = None,
    until: Until = None,
    around: Around = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    as_query: AsQuery = False,
    store: StoreUrl = None,
) -> None:
    """Show log lines, newest last; each begins with the first digits of its trace's id."""
    query = LogQuery(
        service=service,
        least_severity=read_severity(severity),
        body_contains=contains,
        trace_id=trace_id,
        where=attributes(where or (), "--where "),
    )
    style, period = Style(as_json, as_query), Period(last, since, until, around)
    if following and not period.ends_now:
        raise WrongUseError("--follow shows lines as they come, from now on.", "Leave out --from, --until and --around")
    if following and (by_pattern or compared is not None):
        raise WrongUseError("--follow shows lines as they come, and no patterns.", "Leave out --follow")
    with desk(context, store) as at:
        if compared is not None:
            _show_changes(at, query, window(compared, at.now()), style, period, limit)
        elif by_pattern:
            _show_patterns(at, query, style, period, limit)
        elif following and not as_query:
            _follow(at, query, style, with_stack=with_stack)
        else:
            _show_lines(at, query, style, period, limit, with_stack=with_stack)


def _show_lines(at: Desk, query: LogQuery, style: Style, period: Period, limit: int, *, with_stack: bool) -> None:
    found = at.telemetry.logs(query, at.window(period), limit)
    later = at.later_logs(query)
    hidden = _less_severe(at, query, found, period)
    emit(
        style,
        found.query,
        {"count": found.count, "logs": found.sample, "less_severe": hidden, "later": later.count},
        lambda screen: later.warned(
            Group(
                _drawn(found, screen, at.of_several_releases(at.window(period)), with_stack=with_stack)
                if found.sample
                else nothing(at, "log lines like that", period, query.service),
                *_by_message(at, query, found, period),
                *left_out("less severe line", hidden, "without --severity they are shown"),
            )
        ),
    )


def _show_patterns(at: Desk, query: LogQuery, style: Style, period: Period, limit: int) -> None:
    found = patterns(at.telemetry, query, at.window(period))
    emit(
        style,
        found.query,
        {"lines": found.lines, "patterns": [as_json_object(each) for each in found.patterns]},
        lambda _: (
            pattern_table(found.patterns, limit)
            if found.patterns
            else nothing(at, "log lines like that", period, query.service)
        ),
    )


def _show_changes(at: Desk, query: LogQuery, before: Window, style: Style, period: Period, limit: int) -> None:
    found = changed_patterns(at.telemetry, query, before, at.window(period))
    emit(
        style,
        found.query,
        {"patterns": [change_as_json_object(each) for each in found.changes]},
        lambda _: (
            pattern_change_table(found.changes, limit)
            if found.changes
            else nothing(at, "log lines like that", period, query.service)
        ),
    )


def _less_severe(at: Desk, query: LogQuery, found: Logs, period: Period) -> int:
    """The number of lines that match but for their severity."""
    if query.least_severity is None:
        return 0
    return at.telemetry.logs(replace(query, least_severity=None), at.window(period), 1).count - found.count


def _drawn(found: Logs, screen: Console, of_several_releases: Collection[str], *, with_stack: bool) -> RenderableType:
    note = left_out("older line", found.count - len(found.sample), "--limit takes more")
    senders = [sender(record, with_release=record.service in of_several_releases) for record in found.sample]
    longest = max(map(len, senders))
    lines = (
        _lines(record, told.ljust(longest), screen, with_stack=with_stack)
        for record, told in zip(found.sample, senders, strict=True)
    )
    return Group(*note, *lines)


def _lines(record: LogRecord, told: str, screen: Console, *, with_stack: bool) -> RenderableType:
    return Group(log_line(record, screen, told), *(stack_lines(record) if with_stack else ()))


def _by_message(at: Desk, query: LogQuery, found: Logs, period: Period) -> Iterator[Text]:
    """The most frequent messages with their numbers, when lines are left out."""
    if found.count <= len(found.sample):
        return
    looked_at = at.telemetry.logs(query, at.window(period), _MOST_COUNTED).sample
    alike = Counter((record.severity, record.service, record.body) for record in looked_at)
    frequent = [each for each in alike.most_common(_MOST_MESSAGES) if each[1] > 1]
    if frequent:
        newest = "the newest " * (len(looked_at) < found.count)
        yield Text(f"The most frequent of {newest}{counted(len(looked_at), 'line')}:", style="dim")
    for (severity, service, body), number in frequent:
        yield Text.assemble(
            f"{number:6} × ",
            (one_line(severity), SEVERITY_STYLES.get(severity, "default")),
            " ",
            (one_line(service), colour(service)),
            f" {one_line(body)}",
        )


def _follow(at: Desk, query: LogQuery, style: Style, *, with_stack: bool) -> None:
    screen = console()
    releases = {service: set(found) for service, found in at.telemetry.releases(at.window(Period())).items()}
    try:
        for record in follow(
            lambda window: at.telemetry.logs(query, window, _MOST_AT_ONCE).sample, at.now(), _ticks(at.now)
        ):
            if style.as_json:
                typer.echo(to_json(record, indent=None))
            else:
                known = releases.setdefault(record.service, set())
                known.add(record.release)
                told = sender(record, with_release=len(known) > 1).ljust(LONGEST_SERVICE)
                show(screen, _lines(record, told, screen, with_stack=with_stack))
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
