"""A minute of telemetry that is over, as the messages that processes would have sent: times are ours to choose.

Metrics go out as totals (what the stack's services send) or as increases (what they send to the embedded store).
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, ResourceMetrics, ScopeMetrics
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from whodunit.store.otlp import serialized

BOUNDS = (0.5, 1.0, 5.0, 10.0)
KINDS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}
STATUSES = {"unset": 0, "ok": 1, "error": 2}
SEVERITIES = {"DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17}

Attributes = Mapping[str, str | int | bool | float]
Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass
class _Distribution:
    """A histogram's point since its start."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0
    exemplars: list[tuple[float, str]] = field(default_factory=list)


class Meter:
    """One process' metrics, exported when it is told to."""

    def __init__(self, minute: "Minute", service: str, instance: str, started_s: float) -> None:
        self._minute = minute
        self._resource = resource(service, instance)
        self._since = dict.fromkeys(("start", "last"), minute.nanoseconds(started_s))
        self._counters: dict[Key, float] = {}
        self._levels: dict[Key, float] = {}
        self._distributions: dict[Key, _Distribution] = {}

    def count(self, name: str, by: float, **attributes: str) -> None:
        key = _key(name, attributes)
        self._counters[key] = self._counters.get(key, 0) + by

    def level(self, name: str, value: float, **attributes: str) -> None:
        self._levels[_key(name, attributes)] = value

    def measure(self, name: str, *values: float, trace_id: str = "", **attributes: str) -> None:
        found = self._distributions.setdefault(_key(name, attributes), _Distribution())
        for value in values:
            found.counts[bisect_left(BOUNDS, value)] += 1
            found.total += value
            found.exemplars += [(value, trace_id)] * bool(trace_id)

    def export(self, time_s: float) -> None:
        now = self._minute.nanoseconds(time_s)
        message = ScopeMetrics()
        for (name, attributes), value in self._levels.items():
            points = message.metrics.add(name=name, unit=UNITS.get(name, "")).gauge.data_points
            points.add(attributes=_pairs(dict(attributes)), time_unix_nano=now, as_double=value)
        self._export_counters(message, now)
        self._export_distributions(message, now)
        self._since["last"] = now
        self._minute.metrics.append(ResourceMetrics(resource=self._resource, scope_metrics=[message]))

    def _times(self, now: int) -> dict[str, int]:
        start = self._since["start" if self._minute.cumulative else "last"]
        return {"start_time_unix_nano": start, "time_unix_nano": now}

    def _export_counters(self, message: ScopeMetrics, now: int) -> None:
        for (name, attributes), value in self._counters.items():
            total = message.metrics.add(name=name, unit=UNITS.get(name, "")).sum
            total.is_monotonic = True
            total.aggregation_temporality = self._minute.temporality
            total.data_points.add(attributes=_pairs(dict(attributes)), as_double=value, **self._times(now))
        if not self._minute.cumulative:
            self._counters.clear()

    def _export_distributions(self, message: ScopeMetrics, now: int) -> None:
        for (name, attributes), found in self._distributions.items():
            histogram = message.metrics.add(name=name, unit="s").histogram
            histogram.aggregation_temporality = self._minute.temporality
            point = histogram.data_points.add(
                attributes=_pairs(dict(attributes)),
                count=sum(found.counts),
                sum=found.total,
                bucket_counts=found.counts,
                explicit_bounds=BOUNDS,
                **self._times(now),
            )
            for value, trace_id in found.exemplars:
                point.exemplars.add(as_double=value, trace_id=bytes.fromhex(trace_id), time_unix_nano=now - 1_000_000)
            found.exemplars = []
        if not self._minute.cumulative:
            self._distributions.clear()


class Minute:
    """What happened, in seconds after `began`."""

    def __init__(self, began: datetime, *, cumulative: bool) -> None:
        self.began = began
        self.cumulative = cumulative
        self.metrics: list[ResourceMetrics] = []
        self._spans = ExportTraceServiceRequest()
        self._logs = ExportLogsServiceRequest()
        self._next_span = 1

    @property
    def temporality(self) -> AggregationTemporality.ValueType:
        """How counters and histograms are exported."""
        if self.cumulative:
            return AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
        return AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA

    def at(self, seconds: float) -> datetime:
        return self.began + timedelta(seconds=seconds)

    def nanoseconds(self, seconds: float) -> int:
        return round(self.at(seconds).timestamp() * 1e6) * 1000

    def meter(self, service: str, instance: str, started_s: float = 0.0) -> Meter:
        return Meter(self, service, instance, started_s)

    def span(
        self,
        name: str,
        service: str,
        start_s: float,
        duration_s: float,
        trace_id: str,
        *,
        parent: str = "",
        kind: str = "internal",
        status: str = "unset",
        message: str = "",
        attributes: Attributes | None = None,
        events: Sequence[tuple[str, Attributes]] = (),
    ) -> str:
        """Put a span in; its id."""
        span_id = f"{self._next_span:016x}"
        self._next_span += 1
        span = Span(
            trace_id=bytes.fromhex(trace_id),
            span_id=bytes.fromhex(span_id),
            parent_span_id=bytes.fromhex(parent),
            name=name,
            kind=Span.SpanKind.ValueType(KINDS[kind]),
            start_time_unix_nano=self.nanoseconds(start_s),
            end_time_unix_nano=self.nanoseconds(start_s + duration_s),
            status=Status(code=Status.StatusCode.ValueType(STATUSES[status]), message=message),
            attributes=_pairs(attributes or {}),
        )
        for event, more in events:
            span.events.add(name=event, time_unix_nano=self.nanoseconds(start_s), attributes=_pairs(more))
        group = self._spans.resource_spans.add(resource=resource(service))
        group.scope_spans.add().spans.append(span)
        return span_id

    def log(
        self,
        body: str,
        service: str,
        time_s: float,
        severity: str = "INFO",
        trace_id: str = "",
        attributes: Attributes | None = None,
    ) -> None:
        group = self._logs.resource_logs.add(resource=resource(service))
        group.scope_logs.add().log_records.add(
            time_unix_nano=self.nanoseconds(time_s),
            severity_number=SEVERITIES[severity],
            severity_text=severity,
            body=AnyValue(string_value=body),
            trace_id=bytes.fromhex(trace_id),
            attributes=_pairs(attributes or {}),
        )

    def send(self, url: str) -> None:
        """To an OTLP/HTTP receiver, metrics export by export."""
        messages = [("traces", self._spans), ("logs", self._logs)]
        by_time = [("metrics", ExportMetricsServiceRequest(resource_metrics=[each])) for each in self.metrics]
        with httpx.Client(base_url=url, trust_env=False, headers={"Content-Type": "application/x-protobuf"}) as client:
            for signal, message in [*messages, *by_time]:
                client.post(f"/v1/{signal}", content=serialized(message)).raise_for_status()


UNITS = {"shop.payment.retries": "{retry}"}


def resource(service: str, instance: str = "1") -> Resource:
    """Where telemetry comes from; each instance is of a release of its own."""
    of = {"service.instance.id": f"{service}-{instance}", "service.version": f"0.{instance}.0"}
    return Resource(attributes=_pairs({"service.name": service} | of))


def _key(name: str, attributes: Mapping[str, str]) -> Key:
    """Attributes are keyword arguments: `__` stands for a dot."""
    return name, tuple((key.replace("__", "."), value) for key, value in attributes.items())


def _pairs(attributes: Attributes) -> list[KeyValue]:
    return [KeyValue(key=key, value=_value(value)) for key, value in attributes.items()]


def _value(value: str | bool | float) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    return AnyValue(double_value=value) if isinstance(value, float) else AnyValue(string_value=value)
