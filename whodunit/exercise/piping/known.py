"""The telemetry that is sent through a learner's Collector: always the same, and none of it says what it is for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

TRACES = 300
SPANS_OF_A_TRACE = 4
FAILED, SLOW = range(0, 300, 50), range(7, 300, 60)
"""The traces in which a span below the root failed, and those that took longer than a second."""

QUICK_S, SLOW_S = 0.08, 1.6
LINES = 40
ENTRIES = 50
"""Series of the noisy metric, one for each entry of a cache."""

NOISY = "cache.entry.age"
METRICS = ("http.server.active_requests", "shop.order.in_processing", NOISY)
EMAIL = "customer.email"
PLAN, BASIC = "customer.plan", "basic"
"""An attribute beside the one that is to be masked, and its value."""

SERVICE = "shop"
CHILDREN = ("GET /cart", "SELECT products", "POST /payments")

Json = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A trace that is sent; `spans` is how many it has."""

    trace_id: str
    email: str
    failed: bool
    slow: bool
    spans: int = SPANS_OF_A_TRACE

    @property
    def is_wanted(self) -> bool:
        """True if none of it may be lost."""
        return self.failed or self.slow


@dataclass(frozen=True)
class Known:
    """What is sent, as of a moment."""

    now_ns: int

    @cached_property
    def traces(self) -> Sequence[Sent]:
        """Every trace; the ids are the same each time."""
        drawn = Random(17)
        return [
            Sent(f"{drawn.getrandbits(128):032x}", f"customer{place}@example.org", place in FAILED, place in SLOW)
            for place in range(TRACES)
        ]

    def requests(self) -> Iterator[tuple[str, Json]]:
        """Path and document of each request: the spans below the roots come before the roots, as they do."""
        yield "/v1/traces", self._spans(self._children)
        yield "/v1/traces", self._spans(self._root)
        yield "/v1/logs", _within("resourceLogs", "scopeLogs", "logRecords", [*self._lines()])
        yield "/v1/metrics", _within("resourceMetrics", "scopeMetrics", "metrics", [*self._metrics()])

    def _spans(self, of: Any) -> Json:
        return _within("resourceSpans", "scopeSpans", "spans", [span for sent in self.traces for span in of(sent)])

    def _root(self, sent: Sent) -> list[Json]:
        took_s = SLOW_S if sent.slow else QUICK_S
        attributes = [_text("http.route", "/checkout"), _text(EMAIL, sent.email), _text(PLAN, BASIC)]
        return [self._span(sent, "0", "POST /checkout", took_s, 2) | {"attributes": attributes}]

    def _children(self, sent: Sent) -> list[Json]:
        spans = [
            self._span(sent, str(place), name, QUICK_S / 4, 3) | {"parentSpanId": _span_id(sent, "0")}
            for place, name in enumerate(CHILDREN, 1)
        ]
        if sent.failed:
            spans[-1]["status"] = {"code": 2, "message": "connection reset"}
        return spans

    def _span(self, sent: Sent, place: str, name: str, took_s: float, kind: int) -> Json:
        return {
            "traceId": sent.trace_id,
            "spanId": _span_id(sent, place),
            "name": name,
            "kind": kind,
            "startTimeUnixNano": str(self.now_ns - round(took_s * 1e9)),
            "endTimeUnixNano": str(self.now_ns),
        }

    def _lines(self) -> Iterator[Json]:
        for sent in self.traces[:LINES]:
            yield {
                "timeUnixNano": str(self.now_ns),
                "severityNumber": 9,
                "body": {"stringValue": f"A receipt is sent to {sent.email}."},
                "traceId": sent.trace_id,
                "spanId": _span_id(sent, "0"),
                "attributes": [_text(EMAIL, sent.email), _text(PLAN, BASIC)],
            }

    def _metrics(self) -> Iterator[Json]:
        for name in METRICS:
            keys = range(ENTRIES) if name == NOISY else range(1)
            points = [
                {"asDouble": 1.0 + key, "timeUnixNano": str(self.now_ns), "attributes": [_text("key", f"{key}")]}
                for key in keys
            ]
            yield {"name": name, "unit": "s" if name == NOISY else "1", "gauge": {"dataPoints": points}}


def _within(outer: str, inner: str, items: str, found: list[Json]) -> Json:
    resource = {"attributes": [_text("service.name", SERVICE)]}
    return {outer: [{"resource": resource, inner: [{"scope": {"name": "known"}, items: found}]}]}


def _span_id(sent: Sent, place: str) -> str:
    return sent.trace_id[:15] + place


def _text(key: str, value: str) -> Json:
    return {"key": key, "value": {"stringValue": value}}
