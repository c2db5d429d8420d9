"""Notes below the spans of a trace: attributes that decide, errors, events and log lines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from rich.text import Text

from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry import error_text
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.own_time import own_s
from whodunit.telemetry.trace_tree import Alike, statement
from whodunit.views.palette import SEVERITY_STYLES, colour

_MOST_LINES = 3
_LEAST_WIDTH = 20
_DECISIVE = ("error.type", "shop.")
"""Beginnings of the names of attributes that tell why a span went as it did; a flag is told by its event."""

_COLUMNS = re.compile(r"(?<=^SELECT )[^()]*?(?=\sFROM\s)", re.IGNORECASE)
"""The columns of a statement, unless something is computed in them."""

_LARGE_S = 0.05
_LARGE_SHARE = 0.1


@dataclass(frozen=True)
class Note:
    """A text with a head that stands before its first line."""

    head: Text
    body: str
    style: str
    most_lines: int | None = _MOST_LINES

    def lines(self, first: str, rest: str, width: int) -> Iterator[Text]:
        """The note within `width` columns, after the branches of the tree; a long one is shortened."""
        room = max(_LEAST_WIDTH, width - len(first) - self.head.cell_len)
        pieces = wrap(self.body, room, max_lines=self.most_lines, placeholder=" …") or [""]
        yield Text.assemble((first, "dim"), self.head, (pieces[0], self.style))
        for piece in pieces[1:]:
            yield Text.assemble((rest, "dim"), " " * self.head.cell_len, (piece, self.style))


def log_note(record: LogRecord, offset_s: float) -> Note:
    """A log line, with the time since the trace's start."""
    head = Text.assemble(
        (f"+{format_duration(offset_s)} ", "dim"),
        (f"{record.severity} ", SEVERITY_STYLES.get(record.severity, "default")),
        (f"{one_line(record.service)} ", colour(record.service)),
    )
    error = error_text.of_exception(record.attributes)
    body = record.body if not error or error in record.body else f"{record.body} · {error}"
    return Note(head, body, "default")


def span_notes(span: Span, start: datetime, *, whole: bool = False, everything: bool = False) -> Iterator[Note]:
    """The span's statement and attributes, its error, then its events; of the same text twice the longer one.

    `whole` is for the statement, `everything` for its columns, and for flags that are off.
    """
    yield from _statement_notes(span, whole=whole, everything=everything)
    yield from _attribute_notes(span)
    events = [event for event in span.events if everything or not _is_off(event)]
    texts = [_event_text(event) for event in events]
    error = error_text.of_span(span)
    if error and not any(error in text for text in texts):
        yield Note(Text("✗ ", style="red"), error, "red")
    for event, text in zip(events, texts, strict=True):
        mark, style = ("✗", "red") if event.get("name") == "exception" else ("◆", "yellow")
        if text not in error or text == error:
            yield Note(Text(f"{mark} {_after(event, start)}", style=style), text, style)


def own_time_notes(span: Span, children: Sequence[Span]) -> Iterator[Note]:
    """The part of the span's time that is in none of its children, where that is large.

    Of a call that another service answered it is the difference between what the two saw.
    """
    own = own_s(span, children)
    if not children or own < max(_LARGE_S, _LARGE_SHARE * span.duration_s):
        return
    answered = [child for child in children if child.service != span.service]
    if span.kind == "client" and len(answered) == len(children) == 1:
        service, seen_s = one_line(answered[0].service), format_duration(answered[0].duration_s)
        yield Note(Text(), f"{service} saw {seen_s} of these {format_duration(span.duration_s)}", "yellow")
    else:
        yield Note(Text(), f"{format_duration(own)} of its own", "yellow")


def alike_notes(alike: Alike, *, is_long: bool) -> Iterator[Note]:
    """How long so many spans took, and the statement of all of them."""
    longest_s, together_s = alike.longest.duration_s, alike.together_s
    yield Note(Text(), f"together {format_duration(together_s)}, longest {format_duration(longest_s)}", "default")
    yield from _statement_notes(alike.longest, whole=is_long, everything=False)


def process_note(span: Span) -> Note:
    """The process that the span comes from."""
    return Note(Text(), f"service.version={span.release} service.instance.id={span.instance}", "bold")


def off_flags(span: Span) -> int:
    """The number of events which say that a flag is off."""
    return sum(map(_is_off, span.events))


def _is_off(event: Mapping[str, object]) -> bool:
    return event.get("name") == "feature_flag.evaluation" and (
        _attributes(event).get("feature_flag.result.variant") == "off"
    )


def _statement_notes(span: Span, *, whole: bool, everything: bool) -> Iterator[Note]:
    text = statement(span) if everything else _COLUMNS.sub("…", statement(span))
    if text:
        yield Note(Text(), " ".join(text.split()), "dim", most_lines=None if whole else 1)


def _attribute_notes(span: Span) -> Iterator[Note]:
    decisive = [f"{key}={value}" for key, value in span.attributes.items() if key.startswith(_DECISIVE)]
    if decisive:
        yield Note(Text(), " ".join(decisive), "dim")


def _event_text(event: Mapping[str, object]) -> str:
    details = _attributes(event)
    if event.get("name") == "exception":
        return error_text.of_exception(details) or "exception"
    return " ".join([str(event.get("name", "")), *(f"{key}={value}" for key, value in details.items())])


def _attributes(event: Mapping[str, object]) -> Mapping[str, object]:
    attributes = event.get("attributes")
    return attributes if isinstance(attributes, Mapping) else {}


def _after(event: Mapping[str, object], start: datetime) -> str:
    try:
        moment = datetime.fromisoformat(str(event.get("time")))
        return f"+{format_duration((moment - start).total_seconds())} "
    except (ValueError, TypeError):
        return ""
