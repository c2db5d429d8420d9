"""The text of an error, as spans and log records carry it, in one line."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from whodunit.telemetry.answers import Span

_POINTER = re.compile(r"\s*\(Background on this error at: \S+\)")


def of_span(span: Span) -> str:
    """The message of a span that failed, or else its last exception; empty without either, and for other spans."""
    if span.status != "error":
        return ""
    return first_line(span.status_message) or next(_exceptions(span), "")


def of_exception(attributes: Mapping[str, Any]) -> str:
    """Type, without its module, and message of the exception that an event or a log record carries; empty without."""
    kind = str(attributes.get("exception.type", "")).rsplit(".", 1)[-1]
    return ": ".join(part for part in (kind, first_line(str(attributes.get("exception.message", "")))) if part)


def first_line(text: str) -> str:
    """The text up to its first line break, without SQLAlchemy's pointer to its manual."""
    return _POINTER.sub("", text.strip().split("\n", 1)[0]).strip()


def _exceptions(span: Span) -> Iterator[str]:
    """Its exceptions that say something, the last one first."""
    for event in reversed(span.events):
        attributes = event.get("attributes")
        if event.get("name") == "exception" and isinstance(attributes, Mapping) and (said := of_exception(attributes)):
            yield said
