"""Notes below the spans of a trace: attributes that decide, errors, events and log lines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from rich.text import Text

from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.views.log_lines import exception
from whodunit.views.palette import SEVERITY_STYLES, colour

_MOST_LINES = 3
_LEAST_WIDTH = 20
_DECISIVE = ("error.type", "shop.")
"""Beginnings of the names of attributes that tell why a span went as it did; a flag is told by its event."""

_COLUMNS = re.compile(r"(?<=^SELECT ).*?(?=\sFROM\s)", re.IGNORECASE | re.DOTALL)
_POINTER = re.compile(r"\s*\(Background on this error at: \S+\)")


@dataclass(frozen=True)
class Note:
    """A text with a head that stands before its first line."""

    head: Text
    body: str
    style: str
    most_lines: int = _MOST_LINES

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
    error = exception(record)
    body = record.body if not error or error in record.body else f"{record.body} · {error}"
    return Note(head, body, "default")


def span_notes(span: Span, start: datetime) -> Iterator[Note]:
    """The span's statement and attributes, its error, then its events; of the same text twice the longer one."""
    yield from _attribute_notes(span)
    texts = [_event_text(event) for event in span.events]
    error = first_line(span.status_message) if span.status == "error" else ""
    if error and not any(error in text for text in texts):
        yield Note(Text("✗ ", style="red"), error, "red")
    for event, text in zip(span.events, texts, strict=True):
        mark, style = ("✗", "red") if event.get("name") == "exception" else ("◆", "yellow")
        if text not in error or text == error:
            yield Note(Text(f"{mark} {_after(event, start)}", style=style), text, style)


def _attribute_notes(span: Span) -> Iterator[Note]:
    statement = span.attributes.get("db.query.text")
    if statement:
        yield Note(Text(), " ".join(_COLUMNS.sub("…", statement).split()), "dim", most_lines=1)
    decisive = [f"{key}={value}" for key, value in span.attributes.items() if key.startswith(_DECISIVE)]
    if decisive:
        yield Note(Text(), " ".join(decisive), "dim")


def first_line(text: str) -> str:
    """The text up to its first line break, without SQLAlchemy's pointer to its manual."""
    return _POINTER.sub("", text.strip().split("\n", 1)[0]).strip()


def _event_text(event: Mapping[str, object]) -> str:
    details = _attributes(event)
    if event.get("name") == "exception":
        kind = str(details.get("exception.type", "exception")).rsplit(".", 1)[-1]
        return f"{kind}: {_message(event)}".removesuffix(": ")
    return " ".join([str(event.get("name", "")), *(f"{key}={value}" for key, value in details.items())])


def _message(event: Mapping[str, object]) -> str:
    return first_line(str(_attributes(event).get("exception.message", "")))


def _attributes(event: Mapping[str, object]) -> Mapping[str, object]:
    attributes = event.get("attributes")
    return attributes if isinstance(attributes, Mapping) else {}


def _after(event: Mapping[str, object], start: datetime) -> str:
    try:
        moment = datetime.fromisoformat(str(event.get("time")))
        return f"+{format_duration((moment - start).total_seconds())} "
    except (ValueError, TypeError):
        return ""
