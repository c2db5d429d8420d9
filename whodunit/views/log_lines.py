"""Log records, one line each; on demand with their stack traces below."""

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry import error_text
from whodunit.telemetry.answers import LogRecord
from whodunit.topology import SERVICES
from whodunit.views.clock_time import to_the_millisecond
from whodunit.views.palette import SEVERITY_STYLES, colour
from whodunit.views.stack_trace import in_short
from whodunit.views.trace_table import SHORT_ID

LONGEST_SERVICE = max(len(service.name) for service in SERVICES)


def sender(record: LogRecord, *, with_release: bool = False) -> str:
    """The service, and on demand its release."""
    return one_line(f"{record.service} {record.release}".rstrip() if with_release else record.service)


def log_line(record: LogRecord, screen: Console, told: str | None = None) -> RenderableType:
    """Time, severity, sender as `told`, the beginning of the trace id, text; long text hangs under itself.

    Where the output is not a terminal, every record is one line, however long, so that it can be searched.
    """
    told = told or sender(record).ljust(LONGEST_SERVICE)
    if screen.is_terminal:
        return _hanging(_cells(record, record.body, told))
    return Text(" ").join(_cells(record, one_line(record.body), told))


def stack_lines(record: LogRecord) -> Iterator[Text]:
    """The stack trace that the record carries, if any, in short."""
    for line in in_short(record.attributes.get("exception.stacktrace", "")):
        yield Text(f"    {line}", style="red" if not line.startswith(" ") else "default")


def _hanging(cells: list[Text]) -> Table:
    grid = Table.grid(padding=(0, 1))
    for cell in cells[:-1]:
        grid.add_column(width=cell.cell_len, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(*cells)
    return grid


def _cells(record: LogRecord, text: str, told: str) -> list[Text]:
    body = Text(text, style="default")
    error = error_text.of_exception(record.attributes)
    if error and error not in record.body:
        body.append(f" · {error}", style="red")
    body.append("".join(f" · {each}" for each in (*query(record), *ended(record))), style="dim")
    return [
        Text(to_the_millisecond(record.time), style="dim"),
        Text(one_line(record.severity).ljust(5), style=SEVERITY_STYLES.get(record.severity, "default")),
        Text(told, style=colour(record.service)),
        Text((record.trace_id or "")[:SHORT_ID].ljust(SHORT_ID), style="dim"),
        body,
    ]


def query(record: LogRecord) -> list[str]:
    """The parameters of a database query, at its end also rows and duration; empty for records of no query."""
    attributes = record.attributes
    parameters = attributes.get("shop.query.parameters")  # empty for a query without any
    asked = [parameters] if parameters else []
    if "shop.query.duration" not in attributes:
        return asked
    rows = int(attributes["db.response.returned_rows"])
    return [*asked, counted(rows, "row"), format_duration(float(attributes["shop.query.duration"]))]


def ended(record: LogRecord) -> list[str]:
    """Why a process ends and its exit code, or how the one before it ended; empty for records of other things."""
    attributes = record.attributes
    reason, code = attributes.get("shop.lifecycle.ended_by"), attributes.get("process.exit.code")
    return [*([reason] if reason else []), *([f"exit code {code}"] if code is not None else [])]
