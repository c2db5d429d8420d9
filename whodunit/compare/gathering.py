"""Every span and log record of a window, asked for piece by piece: a backend gives so many at once."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window

AT_ONCE = 5_000
"""Loki gives no more lines at once, the embedded store 10,000 rows."""

SHORTEST_S = 0.5
"""A piece is not halved further: of more than `AT_ONCE` in it, some are left out."""

One_co = TypeVar("One_co", covariant=True)
One = TypeVar("One")


class Some(Protocol[One_co]):
    """An answer of the port: some items, and how many there are."""

    @property
    def count(self) -> int:
        """How many match in all."""
        ...

    @property
    def sample(self) -> Sequence[One_co]:
        """Those that were given."""
        ...


def every_span(telemetry: Telemetry, window: Window, query: SpanQuery | None = None) -> list[Span]:
    """The spans that started within the window, by start; raises TelemetryError."""
    wanted = query or SpanQuery()
    found = _pieces(lambda piece: telemetry.spans(wanted, piece, AT_ONCE), window)
    return sorted(found, key=lambda span: span.start)


def every_log(telemetry: Telemetry, query: LogQuery, window: Window) -> list[LogRecord]:
    """The log records of the window that match, oldest first; raises TelemetryError."""
    found = _pieces(lambda piece: telemetry.logs(query, piece, AT_ONCE), window)
    return sorted(found, key=lambda record: record.time)


def _pieces(ask: Callable[[Window], Some[One]], window: Window) -> list[One]:
    found = ask(window)
    is_all = found.count <= len(found.sample) and not getattr(found, "is_lower_bound", False)
    if is_all or window.seconds <= SHORTEST_S:
        return list(found.sample)
    middle = window.start + (window.end - window.start) / 2
    return _pieces(ask, Window(window.start, middle)) + _pieces(ask, Window(middle, window.end))
