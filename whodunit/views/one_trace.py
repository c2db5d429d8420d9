"""One trace with its log lines, and the releases that served it."""

from collections.abc import Sequence
from datetime import timedelta

from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import Logs, Span, Spans
from whodunit.telemetry.port import RefusedQueryError, Telemetry
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.trace_tree import extent

_MOST_LINES = 500
_FIND = "Find one: whodunit traces"
_LATE_LINES = timedelta(minutes=1)
_DEPLOYED_WITHIN = timedelta(minutes=15)
"""Of a service that had several releases within this time of a trace, the trace tells which one answered."""


def trace(telemetry: Telemetry, trace_id: str) -> Spans:
    """The trace with that id, which may be abbreviated; raises WrongUseError where there is none, or several."""
    try:
        found = telemetry.trace(trace_id)
    except RefusedQueryError as error:
        raise WrongUseError(str(error), _FIND) from error
    if not found.sample:
        raise WrongUseError(f"There is no trace {trace_id}.", _FIND)
    return found


def logs_of(telemetry: Telemetry, spans: Sequence[Span]) -> Logs:
    """The log lines of the trace with these spans."""
    return telemetry.logs(LogQuery(trace_id=spans[0].trace_id), around(spans, _LATE_LINES), _MOST_LINES)


def deployment_time(spans: Sequence[Span]) -> Window:
    """The time in which a second release of a service makes it worth telling which one answered."""
    return around(spans, _DEPLOYED_WITHIN)


def around(spans: Sequence[Span], more: timedelta) -> Window:
    """The time of the trace, and so much before and after it."""
    time = extent(spans)
    return Window(time.start - more, time.end + more)
