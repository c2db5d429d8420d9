"""Every span and log record of a window, asked for piece by piece: a backend gives so many at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import ceil, inf
from statistics import median_low
from typing import Generic, Protocol, TypeVar

from whodunit.telemetry.answers import LogRecord, Logs, Span, Spans
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window

SPANS_AT_ONCE, LINES_AT_ONCE = 10_000, 5_000
"""The embedded store gives no more rows at once, and Loki no more lines."""

SHORTEST_S = 0.5
"""A piece is not divided further: of more in it than are given at once, some are left out."""

SPARE = 1.5
"""Pieces of a window are so much smaller than they would be if each held as much."""

One = TypeVar("One")
Answer = TypeVar("Answer", Spans, Logs)


@dataclass(frozen=True)
class Query:
    """The text of a query, and if everything that it asks for was given."""

    text: str
    is_all: bool = True


class TooManyError(Exception):
    """A window holds more than was to be gathered; the message says how many were to be."""

    def __init__(self, most: float) -> None:
        super().__init__(f"There are more than {most:,} in the window.")


class GivesSpans(Protocol):
    """Spans of a window, some at once."""

    def spans(self, query: SpanQuery, window: Window, limit: int) -> Spans: ...


class GivesLines(Protocol):
    """Log records of a window, some at once."""

    def logs(self, query: LogQuery, window: Window, limit: int) -> Logs: ...


@dataclass(frozen=True)
class Every(Generic[One]):
    """All items, oldest first, and the query for the whole window; `is_all` is False where some had to be left out."""

    items: Sequence[One]
    query: str
    is_all: bool


def every_span(telemetry: GivesSpans, query: SpanQuery, window: Window, most: float = inf) -> Every[Span]:
    """The spans that match and started within the window; raises TelemetryError, and TooManyError beyond `most`."""

    def ask(piece: Window) -> Spans:
        return telemetry.spans(query, piece, SPANS_AT_ONCE)

    whole = ask(window)
    if whole.count > most:
        raise TooManyError(most)
    pieces = _up_to(most, _pieces(ask, window, whole, lambda spans: [span.start for span in spans.sample]))
    found = sorted((span for piece in pieces for span in piece.sample), key=lambda span: span.start)
    return Every(found, whole.query, all(map(_is_all, pieces)))


def every_log(telemetry: GivesLines, query: LogQuery, window: Window) -> Every[LogRecord]:
    """The log records of the window that match; raises TelemetryError."""

    def ask(piece: Window) -> Logs:
        return telemetry.logs(query, piece, LINES_AT_ONCE)

    whole = ask(window)
    pieces = list(_pieces(ask, window, whole, lambda logs: [record.time for record in logs.sample]))
    found = sorted((record for piece in pieces for record in piece.sample), key=lambda record: record.time)
    return Every(found, whole.query, all(map(_is_all, pieces)))


def _pieces(
    ask: Callable[[Window], Answer], window: Window, whole: Answer, times: Callable[[Answer], Sequence[datetime]]
) -> Iterator[Answer]:
    """Answers that together hold all of the window, of which `whole` is the answer."""
    if _is_all(whole) or window.seconds <= SHORTEST_S:
        yield whole
        return
    number = max(2, ceil(SPARE * _times_as_much(whole, window, times(whole))))
    ends = [window.start + (window.end - window.start) * each / number for each in range(number + 1)]
    for start, end in pairwise(ends):
        piece = Window(start, end)
        yield from _pieces(ask, piece, ask(piece), times)


def _up_to(most: float, pieces: Iterable[Answer]) -> list[Answer]:
    """The answers; raises TooManyError as soon as they hold more than `most`, and asks for no others.

    No count says so before where it is a lower bound.
    """
    taken, held = list[Answer](), 0
    for piece in pieces:
        taken.append(piece)
        held += len(piece.sample)
        if held > most:
            raise TooManyError(most)
    return taken


def _is_all(answer: Spans | Logs) -> bool:
    return answer.count <= len(answer.sample) and not answer.is_lower_bound


def _times_as_much(answer: Spans | Logs, window: Window, times: Sequence[datetime]) -> float:
    """How many times as much as was given there is, about.

    A count that is a lower bound is of the newest: half of them, of whatever kind, lie in half of the time covered.
    """
    counted = answer.count / max(1, len(answer.sample))
    if not (answer.is_lower_bound and times):
        return counted
    return counted * window.seconds / max(SHORTEST_S, 2 * (window.end - median_low(times)).total_seconds())
