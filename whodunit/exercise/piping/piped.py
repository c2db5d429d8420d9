"""What came out of a Collector."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from whodunit.exercise.evidence import LogLine, Span
from whodunit.exercise.piping.known import Known


@dataclass(frozen=True)
class Arrived:
    """What a backend got: spans, log lines, each metric with the number of its series; bytes as they were sent."""

    spans: tuple[Span, ...] = ()
    logs: tuple[LogLine, ...] = ()
    series: Mapping[str, int] = field(default_factory=dict)
    span_bytes: int = 0

    @cached_property
    def by_trace(self) -> Mapping[str, Sequence[Span]]:
        """The spans of each trace."""
        found: dict[str, list[Span]] = defaultdict(list)
        for span in self.spans:
            found[span.id.trace_id].append(span)
        return found


@dataclass(frozen=True)
class Piped:
    """What was sent; what came to the backend `before` anything was changed; and what comes to both now."""

    known: Known
    before: Arrived
    first: Arrived
    second: Arrived
