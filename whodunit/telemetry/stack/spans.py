"""The port's questions about spans and traces, answered by Jaeger.

Jaeger searches for traces by one of their spans, and returns them whole, those that came last first. Ancestors, kinds
and strict bounds are judged here, on the traces it returns.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from time import monotonic

from whodunit.telemetry.answers import Spans, TraceList
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.questions import SpanQuery, Window
from whodunit.telemetry.stack import jaeger as api
from whodunit.telemetry.stack.jaeger import Jaeger, Trace
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.traces import matching, spans_of, summary

MOST_TRACES = 100
"""The number of traces that one search examines; those beyond are not counted."""

SPANS_OF_A_TRACE = 30
"""Who asks for more spans than `MOST_TRACES` hold has more traces examined: some have 40, not all in the window."""

MOST_LISTED = 1_000
"""The most traces that are listed: a page of Jaeger's own has 1,500."""

SHORTEST_PREFIX = 6
_WHOLE = 32
_LISTED_FOR_S = 2.0
"""The names of services are asked for anew after so long: a window in the past gets spans that come late, too."""

_LOOK_BACK = timedelta(hours=1)
_RECENT = 50
_CANDIDATES = 5

TraceIds = Callable[[str, Window], set[str]]
"""Trace ids known elsewhere that begin so."""


class SpanSearch:
    """Spans and traces; raises TelemetryError."""

    def __init__(
        self, jaeger: Jaeger, links: Links, elsewhere: TraceIds, clock: Callable[[], float] = monotonic
    ) -> None:
        """`clock` tells seconds."""
        self._jaeger = jaeger
        self._links = links
        self._elsewhere = elsewhere
        self._clock = clock
        self._listed: tuple[float, list[str]] = -inf, []

    def spans(self, query: SpanQuery, window: Window, limit: int) -> Spans:
        """Spans that started within the window, counted in the newest traces that may hold one.

        Those are `MOST_TRACES`, or as many as the limit asks for.
        """
        examined = min(MOST_LISTED, max(MOST_TRACES, limit // SPANS_OF_A_TRACE))
        searches = self._searches(query, window, examined)
        traces, is_cut = self._traces(query, searches)
        found = [span for trace in traces for span in matching(trace, query, window)]
        found.sort(key=lambda span: -span.duration_s)
        link = self._links.trace(found[0].trace_id, found[0].span_id) if found else self._search_page(searches)
        return Spans(len(found), found[:limit], self._told(query, searches), link, is_cut)

    def traces(self, query: SpanQuery, window: Window, limit: int) -> TraceList:
        """Traces with a span that matches; the search is for one more than are listed, and counts those."""
        listed = min(limit, MOST_LISTED)
        searches = self._searches(query, window, max(listed + 1, MOST_TRACES if _is_judged_here(query) else 1))
        traces, is_cut = self._traces(query, searches)
        found = [summary(trace) for trace in traces if matching(trace, query, window)]
        newest = sorted(found, key=lambda trace: trace.start, reverse=True)[:listed]
        return TraceList(len(found), newest, self._told(query, searches), self._search_page(searches), is_cut)

    def slowest(self, query: SpanQuery, window: Window, limit: int) -> TraceList:
        """Of the newest `MOST_TRACES` traces that match the slowest, those with an error before others."""
        found = self.traces(query, window, MOST_TRACES)
        slowest = sorted(found.traces, key=lambda trace: (not trace.errors, -trace.duration_s))
        return replace(found, traces=slowest[:limit])

    def trace(self, trace_id: str) -> Spans:
        """Every span of one trace; Jaeger itself finds whole ids only."""
        whole = self._whole_id(trace_id.lower())
        spans = self._jaeger.trace(whole)
        return Spans(len(spans), spans, self._links.request(f"/api/traces/{whole}"), self._links.trace(whole))

    def _traces(self, query: SpanQuery, searches: Sequence[api.Parameters]) -> tuple[list[Trace], bool]:
        """The traces found, each decoded once, and true if a search found as many as it may."""
        if query.trace_id is not None:
            trace = self._jaeger.trace(query.trace_id)
            return [trace] if trace else [], False
        found: dict[str, Trace] = {}
        is_cut = False
        for search in searches:
            answer = self._jaeger.search(search)
            is_cut = is_cut or len(answer) >= int(search["limit"])
            found |= {each["traceID"]: spans_of(each) for each in answer if each["traceID"] not in found}
        return list(found.values()), is_cut

    def _searches(self, query: SpanQuery, window: Window, limit: int) -> list[api.Parameters]:
        """One for each service that may be meant: Jaeger searches within one at a time."""
        if query.trace_id is not None:
            return []
        services = [query.service] if query.service else self._services()
        return [api.wanted(query, service, window, limit) for service in services]

    def _services(self) -> list[str]:
        """The names of all services, asked once for many searches in a row."""
        asked, names = self._listed
        if self._clock() - asked > _LISTED_FOR_S:
            names = self._jaeger.services()
            self._listed = self._clock(), names
        return names

    def _search_page(self, searches: Sequence[api.Parameters]) -> str:
        return self._links.search({**searches[0], "lookback": "custom"} if searches else {})

    def _told(self, query: SpanQuery, searches: Sequence[api.Parameters]) -> str:
        """The requests, and the conditions that are evaluated here on their answers."""
        if query.trace_id is not None:
            return self._links.request(f"/api/traces/{query.trace_id}")
        requests = [self._links.request("/api/traces", search) for search in searches]
        words = _judged(query)
        return "\n".join([f"# of these, {words}", *requests] if words else requests)

    def _whole_id(self, prefix: str) -> str:
        if len(prefix) == _WHOLE:
            return prefix
        if len(prefix) < SHORTEST_PREFIX:
            raise RefusedQueryError(f"{prefix!r} is too short: a trace id needs {SHORTEST_PREFIX} digits or more.")
        now = datetime.now(UTC)
        last_hour = Window(now - _LOOK_BACK, now)
        found = sorted(self._elsewhere(prefix, last_hour) or self._recent(prefix, last_hour))
        if len(found) > 1:
            raise RefusedQueryError(f"Several traces start with {prefix}: {', '.join(found[:_CANDIDATES])}")
        if not found:
            raise RefusedQueryError(
                f"No trace of the last hour that wrote a log line starts with {prefix}, nor does one of the newest "
                f"{_RECENT} of any service. Jaeger finds older ones by all {_WHOLE} digits."
            )
        return found[0]

    def _recent(self, prefix: str, window: Window) -> set[str]:
        searches = self._searches(SpanQuery(), window, _RECENT)
        ids = (trace[0].trace_id for trace in self._traces(SpanQuery(), searches)[0])
        return {trace_id for trace_id in ids if trace_id.startswith(prefix)}


def _is_judged_here(query: SpanQuery) -> bool:
    """True if Jaeger may return traces without a span that matches."""
    return any(
        each is not None for each in (query.under, query.kind, query.status_message, query.event)
    ) or query.status in {"ok", "unset"}


def _judged(query: SpanQuery) -> str:
    """The conditions that Jaeger's search cannot express."""
    words = [f"kind {query.kind}"] if query.kind else []
    words += [f"status {query.status}"] if query.status in {"ok", "unset"} else []
    words += [f"status message {query.status_message!r}"] if query.status_message is not None else []
    words += [f"event {query.event.name}"] if query.event else []
    above = query.under
    while above is not None:
        names = " ".join(name for name in (above.service, above.name) if name)
        words.append(f"under {names}".strip())
        above = above.under
    return ", ".join(words)
