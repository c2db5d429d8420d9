"""Takes in spans, log lines and numbers over gRPC, as the Collector does, and can be away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc


class Receiver(
    logs_service_pb2_grpc.LogsServiceServicer,
    trace_service_pb2_grpc.TraceServiceServicer,
    metrics_service_pb2_grpc.MetricsServiceServicer,
):
    """What has arrived: names of spans, texts of log lines, the newest number of each gauge and counter."""

    def __init__(self) -> None:
        self.spans: list[str] = []
        self.lines: list[str] = []
        self.numbers: dict[str, int] = {}

    def Export(self, request, context):  # type: ignore[no-untyped-def]  # noqa: N802  gRPC names it for all services
        """Take a batch of any signal."""
        if isinstance(request, logs_service_pb2.ExportLogsServiceRequest):
            scopes = [scope for resource in request.resource_logs for scope in resource.scope_logs]
            self.lines += [record.body.string_value for scope in scopes for record in scope.log_records]
            return logs_service_pb2.ExportLogsServiceResponse()
        if isinstance(request, metrics_service_pb2.ExportMetricsServiceRequest):
            self._measured(request)
            return metrics_service_pb2.ExportMetricsServiceResponse()
        spans = [scope for resource in request.resource_spans for scope in resource.scope_spans]
        self.spans += [span.name for scope in spans for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()

    def _measured(self, request: metrics_service_pb2.ExportMetricsServiceRequest) -> None:
        scopes = [scope for resource in request.resource_metrics for scope in resource.scope_metrics]
        for metric in [metric for scope in scopes for metric in scope.metrics]:
            for point in (*metric.gauge.data_points, *metric.sum.data_points):
                outcome = [attribute.value.string_value for attribute in point.attributes]
                self.numbers[" ".join([metric.name, *outcome])] = point.as_int


@contextmanager
def listening(receiver: Receiver, port: int) -> Iterator[int]:
    """Listen on a port of this machine, any with 0; gives the port."""
    server = grpc.server(ThreadPoolExecutor(2))
    logs_service_pb2_grpc.add_LogsServiceServicer_to_server(receiver, server)  # type: ignore[no-untyped-call]
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(receiver, server)  # type: ignore[no-untyped-call]
    metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(receiver, server)  # type: ignore[no-untyped-call]
    taken = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield taken
    finally:
        server.stop(None).wait(5)
