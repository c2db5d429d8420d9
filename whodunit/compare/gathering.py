"""Every span and log record of a window, asked for piece by piece: a backend gives so many at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from whodunit.telemetry.answers import LogRecord, Logs, Span, Spans
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window

AT_ONCE = 5_000
"""Loki gives no more lines at once, the embedded store 10,000 rows."""

SHORTEST_S = 0.5
"""A piece is not halved further: of more than `AT_ONCE` in it, some are left out."""

One = TypeVar("One")
Answer = TypeVar("Answer", Spans, Logs)


@dataclass(frozen=True)
class Every(Generic[One]):
    """All items, oldest first, and the query for the whole window."""

    items: Sequence[One]
    query: str


def every_span(telemetry: Telemetry, window: Window) -> Every[Span]:
    """The spans that started within the window; raises TelemetryError."""
    whole, pieces = _pieces(lambda piece: telemetry.spans(SpanQuery(), piece, AT_ONCE), window)
    found = (span for piece in pieces for span in piece.sample)
    return Every(sorted(found, key=lambda span: span.start), whole.query)


def every_log(telemetry: Telemetry, query: LogQuery, window: Window) -> Every[LogRecord]:
    """The log records of the window that match; raises TelemetryError."""
    whole, pieces = _pieces(lambda piece: telemetry.logs(query, piece, AT_ONCE), window)
    found = (record for piece in pieces for record in piece.sample)
    return Every(sorted(found, key=lambda record: record.time), whole.query)


def _pieces(ask: Callable[[Window], Answer], window: Window) -> tuple[Answer, list[Answer]]:
    """The answer for the whole window, and answers that together hold all of it."""
    whole = ask(window)
    is_all = whole.count <= len(whole.sample) and not whole.is_lower_bound
    if is_all or window.seconds <= SHORTEST_S:
        return whole, [whole]
    middle = window.start + (window.end - window.start) / 2
    halves = (Window(window.start, middle), Window(middle, window.end))
    return whole, [piece for half in halves for piece in _pieces(ask, half)[1]]
