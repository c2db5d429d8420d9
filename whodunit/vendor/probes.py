"""One span, one metric and one log record, to see if a backend takes them."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

SERVICE = "whodunit-vendor-check"
NAME = "whodunit.vendor.check"


class Message(Protocol):
    """A request that can be sent."""

    def SerializeToString(self) -> bytes:  # noqa: N802  protobuf's name
        """The bytes of it."""
        ...


@dataclass(frozen=True)
class Probe:
    """What is sent of one signal; `refusal` reads the reason out of the standard's answer, empty when all was taken."""

    request: Callable[[], Message]
    refusal: Callable[[bytes], str]


def _span() -> ExportTraceServiceRequest:
    now = time.time_ns()
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add(resource=_resource()).scope_spans.add()
    span = scope.spans.add(name=NAME, kind=1, start_time_unix_nano=now, end_time_unix_nano=now)
    span.trace_id, span.span_id = secrets.token_bytes(16), secrets.token_bytes(8)
    return request


def _metric() -> ExportMetricsServiceRequest:
    request = ExportMetricsServiceRequest()
    scope = request.resource_metrics.add(resource=_resource()).scope_metrics.add()
    scope.metrics.add(name=NAME, unit="1").gauge.data_points.add(time_unix_nano=time.time_ns(), as_int=1)
    return request


def _log_record() -> ExportLogsServiceRequest:
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add(resource=_resource()).scope_logs.add()
    record = scope.log_records.add(time_unix_nano=time.time_ns(), severity_number=9, severity_text="INFO")
    record.body.string_value = "The shop's telemetry comes here, too."
    return request


def _resource() -> Resource:
    return Resource(attributes=[KeyValue(key="service.name", value=AnyValue(string_value=SERVICE))])


def _of_spans(answer: bytes) -> str:
    partial = ExportTraceServiceResponse.FromString(answer).partial_success
    return (partial.error_message or "no reason given") if partial.rejected_spans else ""


def _of_metrics(answer: bytes) -> str:
    partial = ExportMetricsServiceResponse.FromString(answer).partial_success
    return (partial.error_message or "no reason given") if partial.rejected_data_points else ""


def _of_logs(answer: bytes) -> str:
    partial = ExportLogsServiceResponse.FromString(answer).partial_success
    return (partial.error_message or "no reason given") if partial.rejected_log_records else ""


PROBES = {
    "traces": Probe(_span, _of_spans),
    "metrics": Probe(_metric, _of_metrics),
    "logs": Probe(_log_record, _of_logs),
}
