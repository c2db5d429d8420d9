"""Search results: one line for each trace."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import TraceList, TraceSummary
from whodunit.views.clock_time import to_the_second
from whodunit.views.not_shown import left_out
from whodunit.views.palette import colour

SHORT_ID = 8
_BAR = 10
WATCHING = "watch order"
"""The journey of a visitor who asks again and again for an order, and waits in between."""


def trace_table(
    found: TraceList, limit: int, slowest: Sequence[TraceSummary] = (), *, left: str = "older trace"
) -> RenderableType:
    """A table of at most `limit` traces, how many more there are, and how to open one; `slowest` are of all.

    `left` names one that is not listed.
    """
    traces = found.traces
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("started", no_wrap=True, min_width=8)
    table.add_column("trace", no_wrap=True, min_width=SHORT_ID)
    table.add_column("first span")  # gives way: Rich takes room from columns that may wrap, though its cells do not
    table.add_column("took", justify="right", no_wrap=True, min_width=6)
    table.add_column("", width=_BAR, min_width=_BAR, no_wrap=True)
    table.add_column("spans", justify="right", no_wrap=True, min_width=5)
    table.add_column("errors", justify="right", no_wrap=True, min_width=6)
    longest = max(trace.duration_s for trace in traces)
    for trace in traces:
        table.add_row(*_cells(trace, longest))
    more = "--limit takes more" if len(traces) == limit else ""  # else the backend has set a limit of its own
    note = left_out(left, found.count - len(traces), more, at_least=found.is_lower_bound)
    if not all(trace.has_root for trace in traces):
        note.append(Text("A fragment lacks its first span, which has not ended or was lost.", style="dim"))
    return Group(table, *note, Text(_proposed([*slowest, *traces]), style="dim"))


def _proposed(traces: Sequence[TraceSummary]) -> str:
    """The next command: opens the slowest trace with an error, or if none failed the slowest that did not just wait.

    A fragment is opened if there is nothing else.
    """
    failed = [trace for trace in traces if trace.errors]
    working = [trace for trace in traces if trace.name != WATCHING]
    slowest = max(failed or working or traces, key=lambda trace: (trace.has_root, trace.duration_s))
    return f"Open the slowest{' with an error' * bool(failed)}: whodunit trace {slowest.trace_id[:SHORT_ID]}"


def _cells(trace: TraceSummary, longest: float) -> list[Text | str]:
    length = max(1, round(_BAR * trace.duration_s / longest)) if longest else 1
    return [
        to_the_second(trace.start),
        trace.trace_id[:SHORT_ID],
        Text.assemble(
            (one_line(trace.service), colour(trace.service)),
            ("" if trace.has_root else " fragment", "yellow"),
            f" {one_line(trace.name)}",
            no_wrap=True,
            overflow="ellipsis",
        ),
        format_duration(trace.duration_s),
        Text("━" * length, style="red" if trace.errors else colour(trace.service)),
        str(trace.spans),
        Text(str(trace.errors), style="bold red" if trace.errors else "dim"),
    ]
