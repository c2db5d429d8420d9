"""Failed spans of a window: where failures begin, and along which calls from parent to child they are passed on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from whodunit.compare.gathering import every_span
from whodunit.report.evidence import Evidence
from whodunit.telemetry import error_text
from whodunit.telemetry.answers import Span
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window

Operation = tuple[str, str]
"""A service, and the name of a span of its own."""


@dataclass(frozen=True)
class Origin:
    """Failures that begin in one operation with one message: none of its children failed. `example` is the first."""

    service: str
    name: str
    message: str
    count: int
    example: Span


@dataclass(frozen=True)
class Failures:
    """The failed spans of a window, by start; `is_all` is False where there are more than could be listed."""

    spans: Sequence[Span]
    is_all: bool
    evidence: Evidence

    @cached_property
    def origins(self) -> Sequence[Origin]:
        """Where failures begin, the most frequent first."""
        parents = {_key(span.trace_id, span.parent_span_id) for span in self.spans if span.parent_span_id}
        found: dict[tuple[str, str, str], list[Span]] = {}
        for span in self.spans:
            if _key(span.trace_id, span.span_id) not in parents:
                found.setdefault((span.service, span.name, _message(span)), []).append(span)
        origins = [Origin(*key, len(spans), spans[0]) for key, spans in found.items()]
        return sorted(origins, key=lambda each: (-each.count, each.service, each.name, each.message))

    @cached_property
    def passed_on(self) -> Mapping[tuple[Operation, Operation], int]:
        """How often a failed child had a failed parent, by the operations of child and parent."""
        failed = {_key(span.trace_id, span.span_id): span for span in self.spans}
        counted: Counter[tuple[Operation, Operation]] = Counter()
        for span in self.spans:
            parent = failed.get(_key(span.trace_id, span.parent_span_id or ""))
            if parent:
                counted[_operation(span), _operation(parent)] += 1
        return counted

    @cached_property
    def chain(self) -> Sequence[Span]:
        """The longest way of one failure, from where it begins to whom it reaches: one span below the other."""
        ways = (list(self._way(origin.example)) for origin in self.origins)
        return max(ways, key=len, default=[])

    def _way(self, span: Span) -> Iterator[Span]:
        failed = {_key(each.trace_id, each.span_id): each for each in self.spans}
        step: Span | None = span
        while step:
            yield step
            step = failed.get(_key(step.trace_id, step.parent_span_id or ""))


def failures(telemetry: Telemetry, window: Window) -> Failures:
    """Every failed span that started within the window."""
    found = every_span(telemetry, SpanQuery(status="error"), window)
    spans = sorted(found.items, key=lambda span: (span.start, span.trace_id, span.span_id))
    number = f"{'' if found.is_all else 'more than '}{len(spans)} failed spans"
    first = spans[0].trace_id if spans else ""
    return Failures(spans, found.is_all, Evidence("Spans with status error", found.query, window, number, first))


def _key(trace_id: str, span_id: str) -> tuple[str, str]:
    return trace_id, span_id


def _operation(span: Span) -> Operation:
    return span.service, span.name


def _message(span: Span) -> str:
    """The error's text, or else the attribute that tells most of it."""
    told = (span.attributes[key] for key in _TELLING if span.attributes.get(key))
    return error_text.of_span(span) or next(told, "no message")


_TELLING = ("error.type", "exception.type", "http.response.status_code")
