"""An OTLP/HTTP receiver that keeps the newest value of each metric, and swallows the other signals."""

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric, NumberDataPoint

Series = tuple[str, frozenset[tuple[str, str]]]


class MetricReceiver:
    """Listens at `url` for as long as the block lasts."""

    def __init__(self) -> None:
        self._values: dict[Series, float] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/v1/metrics":
                    receiver._take(ExportMetricsServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def value(self, name: str, attributes: Mapping[str, str]) -> float:
        """The newest value of a sum or gauge; NaN before there is one."""
        return self._values.get((name, frozenset(attributes.items())), float("nan"))

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, request: ExportMetricsServiceRequest) -> None:
        for resource in request.resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in _points(metric):
                        attributes = frozenset((each.key, each.value.string_value) for each in point.attributes)
                        value = point.as_int if point.HasField("as_int") else point.as_double
                        self._values[metric.name, attributes] = value


def _points(metric: Metric) -> list[NumberDataPoint]:
    return [*metric.sum.data_points, *metric.gauge.data_points]
