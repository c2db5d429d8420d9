"""Log records, one line each."""

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import LogRecord
from whodunit.topology import SERVICES
from whodunit.views.clock_time import to_the_millisecond
from whodunit.views.palette import SEVERITY_STYLES, colour
from whodunit.views.trace_table import SHORT_ID

LONGEST_SERVICE = max(len(service.name) for service in SERVICES)


def log_line(record: LogRecord, screen: Console, service_width: int = LONGEST_SERVICE) -> RenderableType:
    """Time, severity, service, the beginning of the trace id, text; long text hangs under itself.

    Where the output is not a terminal, every record is one line, however long, so that it can be searched.
    """
    if screen.is_terminal:
        return _hanging(_cells(record, record.body, service_width))
    return Text(" ").join(_cells(record, one_line(record.body), service_width))


def _hanging(cells: list[Text]) -> Table:
    grid = Table.grid(padding=(0, 1))
    for cell in cells[:-1]:
        grid.add_column(width=cell.cell_len, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(*cells)
    return grid


def _cells(record: LogRecord, text: str, service_width: int) -> list[Text]:
    body = Text(text, style="default")
    error = exception(record)
    if error and error not in record.body:
        body.append(f" · {error}", style="red")
    body.append("".join(f" · {each}" for each in (*query(record), *ended(record))), style="dim")
    return [
        Text(to_the_millisecond(record.time), style="dim"),
        Text(one_line(record.severity).ljust(5), style=SEVERITY_STYLES.get(record.severity, "default")),
        Text(one_line(record.service).ljust(service_width), style=colour(record.service)),
        Text((record.trace_id or "")[:SHORT_ID].ljust(SHORT_ID), style="dim"),
        body,
    ]


def query(record: LogRecord) -> list[str]:
    """The parameters of a database query, at its end also rows and duration; empty for records of no query."""
    attributes = record.attributes
    asked = [attributes["shop.query.parameters"]] if "shop.query.parameters" in attributes else []
    if "shop.query.duration" not in attributes:
        return asked
    rows = int(attributes["db.response.returned_rows"])
    return [*asked, counted(rows, "row"), format_duration(float(attributes["shop.query.duration"]))]


def ended(record: LogRecord) -> list[str]:
    """Why a process ends and its exit code, or how the one before it ended; empty for records of other things."""
    attributes = record.attributes
    reason, code = attributes.get("shop.lifecycle.ended_by"), attributes.get("process.exit.code")
    return [*([reason] if reason else []), *([f"exit code {code}"] if code is not None else [])]


def exception(record: LogRecord) -> str:
    """Type and first line of the exception that the record carries, if any."""
    kind = record.attributes.get("exception.type", "").rsplit(".", 1)[-1]
    message = record.attributes.get("exception.message", "").strip().split("\n", 1)[0]
    return ": ".join(part for part in (kind, message) if part)
