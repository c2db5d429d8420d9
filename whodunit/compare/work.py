"""The work that spans tell of: who called whom, from within which request, and what each did by itself.

Edges run from parent to child, as spans say, and never from being seen in one trace.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from whodunit.telemetry import own_time
from whodunit.telemetry.answers import Span

CALLING, ANSWERING = frozenset({"client", "producer"}), frozenset({"server", "consumer"})
CONNECT = "connect"
"""The span of a caller that waits for a connection to its database, from its pool or a new one."""

_OWN_WAITS = ("shop.outbound.connection.wait_time", "shop.outbound.connection.create_time")
"""What a caller did before it sent anything, in seconds: it waited for its own pool, or made a connection."""

_PARAMETER = r"\s*(?:\?|\$\d+|%s|%\(\w+\)s|:\w+)(?:::\w+)?\s*"
_LIST = re.compile(rf"\({_PARAMETER}(?:,{_PARAMETER})*\)")
"""Of one list of parameters, in each style that drivers have."""


Route = tuple[str, str]
"""A service, and the name of the span in which it begins to work."""


@dataclass(frozen=True)
class Operation:
    """What a service did by itself in one span: `own_s` is its time without that of the spans below it.

    `is_origin` if it failed and nothing below it did.
    """

    service: str
    name: str
    own_s: float
    is_origin: bool
    span: Span


@dataclass(frozen=True)
class Call:
    """A call as its caller saw it.

    `what` is the name of the answering span, or the statement. `on_the_way_s` is the time that neither the callee's own
    spans nor the caller's pool explain; of a database or a peer without telemetry all of it. `own_wait_s` is the time
    that the caller waited for a connection of its own. `request` is the span of the caller's request or job.
    """

    caller: str
    callee: str
    what: str
    is_statement: bool
    on_the_way_s: float
    own_wait_s: float
    is_origin: bool
    span: Span
    request: Span

    @property
    def edge(self) -> str:
        """Such as `order → payment POST /payments`; of a statement its text."""
        return self.what if self.is_statement else f"{self.caller} → {self.callee} {self.what}".rstrip()


@dataclass(frozen=True)
class Work:
    """All the work of a window."""

    spans: Sequence[Span]

    @cached_property
    def requests(self) -> Sequence[Span]:
        """The spans in which services begin to work: those that answer, and the first of each job."""
        return [span for span in self.spans if span.kind not in CALLING and self._request(span) is span]

    @cached_property
    def requests_of(self) -> Mapping[Route, Sequence[Span]]:
        """The requests of each route."""
        found: dict[Route, list[Span]] = defaultdict(list)
        for span in self.requests:
            found[span.service, span.name].append(span)
        return found

    @cached_property
    def entries(self) -> Sequence[Span]:
        """The requests that nobody with telemetry of its own made, or only the load generator's journeys."""
        return [span for span in self.requests if self._parent(span) is None]

    @cached_property
    def operations(self) -> Sequence[Operation]:
        """What services did by themselves."""
        return [
            Operation(span.service, span.name, self.own_s(span), self._is_origin(span), span)
            for span in self.spans
            if span.kind not in CALLING
        ]

    @cached_property
    def calls(self) -> Sequence[Call]:
        """Calls between services, of peers, and statements."""
        return [call for span in self.spans if span.kind in CALLING for call in self._call(span)]

    def _call(self, span: Span) -> Iterator[Call]:
        answer = next((below for below in self._below[span.span_id] if below.kind in ANSWERING), None)
        database = span.attributes.get("db.system.name")
        callee = answer.service if answer else span.attributes.get("service.peer.name")
        callee = callee or " ".join(filter(None, (database, span.attributes.get("db.namespace"))))
        if not callee:
            return
        waited = sum(float(span.attributes.get(key, 0)) for key in _OWN_WAITS)
        yield Call(
            span.service,
            callee,
            statement(span) if database else answer.name if answer else "",
            database is not None,
            max(0.0, span.duration_s - waited - (answer.duration_s if answer else 0.0)),
            min(waited, span.duration_s),
            span.status == "error" and answer is None,
            span,
            self._request(span),
        )

    def own_s(self, span: Span) -> float:
        """The time of a span in which none of those below it ran."""
        return own_time.own_s(span, self._below[span.span_id])

    def line(self, span: Span) -> list[Span]:
        """The span and all above it, from the root on."""
        return [*reversed([*self._above(span)]), span]

    def _is_origin(self, span: Span) -> bool:
        return span.status == "error" and not any(below.status == "error" for below in self._below[span.span_id])

    def _request(self, span: Span) -> Span:
        for above in self._above(span):
            if span.kind in ANSWERING or above.service != span.service:
                break
            span = above
        return span

    def _above(self, span: Span) -> Iterator[Span]:
        """Parent, grandparent and so on; of spans that are each other's ancestors each once."""
        met = {span.span_id}
        while (above := self._parent(span)) and above.span_id not in met:
            met.add(above.span_id)
            yield above
            span = above

    def _parent(self, span: Span) -> Span | None:
        return self._by_id.get(span.parent_span_id or "")

    @cached_property
    def _by_id(self) -> Mapping[str, Span]:
        return {span.span_id: span for span in self.spans}

    @cached_property
    def _below(self) -> Mapping[str, Sequence[Span]]:
        below: dict[str, list[Span]] = defaultdict(list)
        for span in sorted(self.spans, key=lambda each: each.start):
            below[span.parent_span_id or ""].append(span)
        return below


def statement(span: Span) -> str:
    """The statement of a database's span on one line, lists of parameters as one; its name where it has no text."""
    text = " ".join(span.attributes.get("db.query.text", span.name).split())
    return _LIST.sub("(?)", text)
