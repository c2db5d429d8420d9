"""OTLP over HTTP: what a request may look like and how it is answered.

Errors follow the protocol: the body is a `google.rpc.Status`, 503 with `Retry-After` asks the sender to come
again, every other error tells it not to.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from whodunit.store import logs, metrics, spans
from whodunit.store.resources import Resources
from whodunit.store.rows import Batch

PROTOBUF = "application/x-protobuf"
MOST_BYTES = 32 << 20  # of one request, unpacked; the SDK's largest batch is a hundredth of it
GZIP = 16 + zlib.MAX_WBITS


class WireError(Exception):
    """A request that must not be sent again; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Signal:
    """How one signal arrives: where, as what message, and how it becomes rows."""

    path: str
    request: Callable[[], Any]
    decode: Callable[[Any, Resources], Batch]
    response: Callable[[], Any]


SIGNALS = (
    Signal("/v1/traces", ExportTraceServiceRequest, spans.decode, ExportTraceServiceResponse),
    Signal("/v1/logs", ExportLogsServiceRequest, logs.decode, ExportLogsServiceResponse),
    Signal("/v1/metrics", ExportMetricsServiceRequest, metrics.decode, ExportMetricsServiceResponse),
)


def decode(signal: Signal, body: bytes, encoding: str, resources: Resources) -> Batch:
    """The rows of a request; raises `WireError` when the body is not what its headers say."""
    message = signal.request()
    try:
        message.ParseFromString(unpacked(body, encoding))
        return signal.decode(message, resources)
    except (DecodeError, ArithmeticError) as error:
        raise WireError(400, f"The body is not a valid {message.DESCRIPTOR.name}: {error}") from error


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its compression."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise WireError(415, f"Content-Encoding {encoding} is not understood; use gzip or none.")
    unzip = zlib.decompressobj(GZIP)
    try:
        plain = unzip.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise WireError(400, f"The body is not gzip: {error}") from error
    if unzip.unconsumed_tail:
        raise WireError(413, f"The body is larger than {MOST_BYTES} bytes.")
    if not unzip.eof:
        raise WireError(400, "The body is not gzip: it ends early.")
    return plain


def accepted(signal: Signal, left_out: int) -> bytes:
    """The body of a successful answer; data points that were left out are a partial success."""
    response = signal.response()
    if left_out:
        response.partial_success.rejected_data_points = left_out
        response.partial_success.error_message = "Summaries are not stored."
    return serialized(response)


def refused(message: str) -> bytes:
    """The body of any other answer."""
    return serialized(Status(message=message))


def serialized(message: Message) -> bytes:
    """The message's bytes."""
    body: bytes = message.SerializeToString()
    return body
