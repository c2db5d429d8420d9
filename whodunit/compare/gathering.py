"""Every span and log record of a window, asked for piece by piece: a backend gives so many at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Generic, TypeVar

from whodunit.telemetry.answers import LogRecord, Logs, Span, Spans
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window

AT_ONCE = 5_000
"""Loki gives no more lines at once, the embedded store 10,000 rows."""

SHORTEST_S = 0.5
"""A piece is not halved further: of more than `AT_ONCE` in it, some are left out."""

SPARE = 1.5
"""Pieces of a window are so much smaller than they would be if each held as much."""

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
    number = max(2, ceil(SPARE * whole.count / AT_ONCE))
    ends = [window.start + (window.end - window.start) * each / number for each in range(number + 1)]
    return whole, [piece for start, end in pairwise(ends) for piece in _pieces(ask, Window(start, end))[1]]
