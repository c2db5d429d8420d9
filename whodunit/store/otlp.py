"""OTLP over HTTP: requests and their answers.

Answers follow the protocol and have the encoding of the request. Items that cannot be stored are a partial success. The
body of an error is a `google.rpc.Status`; 503 with `Retry-After` asks the sender to retry, every other error asks
it not to.
"""

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.json_format import MessageToJson  # type: ignore[import-untyped]
from google.protobuf.message import Message  # type: ignore[import-untyped]
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

from whodunit.store import bodies, logs, metrics, spans
from whodunit.store.attributes import Resources
from whodunit.store.rows import Batch

PREFIX = "/v1"
PROTOBUF = "application/x-protobuf"
JSON = "application/json"
MOST_BYTES = 32 << 20  # of one request, unpacked; the SDK's largest batch is a hundredth of it
GZIP = 16 + zlib.MAX_WBITS


class WireError(Exception):
    """A request that must not be sent again; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Signal:
    """One signal: its path, its messages and its decoder; `items` is OTLP's word for its items."""

    path: str
    items: str
    request: Callable[[], Any]
    decode: Callable[[Any, Resources], Batch]
    response: Callable[[], Any]


SIGNALS = (
    Signal("/v1/traces", "spans", ExportTraceServiceRequest, spans.decode, ExportTraceServiceResponse),
    Signal("/v1/logs", "log_records", ExportLogsServiceRequest, logs.decode, ExportLogsServiceResponse),
    Signal("/v1/metrics", "data_points", ExportMetricsServiceRequest, metrics.decode, ExportMetricsServiceResponse),
)


def kind_of(content_type: str) -> str:
    """The media type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def decode(signal: Signal, body: bytes, kind: str, resources: Resources) -> Batch:
    """The rows of an unpacked request; raises `WireError` when the body is not what its media type says."""
    message = signal.request()
    try:
        form, part = (bodies.Json(), bodies.loaded(body)) if kind == JSON else (bodies.Protobuf(), body)
        unread = bodies.read(form, message, part)
    except bodies.Unreadable as error:
        _refuse_misdirected(signal, body, kind)
        raise WireError(400, f"The body is not a valid {message.DESCRIPTOR.name}: {error}") from error
    first = bodies.first_item(message)
    if first is None or not bodies.fits(first):
        _refuse_misdirected(signal, body, kind)
    batch = signal.decode(message, resources)
    if unread and not batch.rows:
        raise WireError(400, f"The body is not a valid {message.DESCRIPTOR.name}: nothing in it can be read.")
    return replace(batch, rejected=batch.rejected + Counter({"cannot be read": unread}))


def _refuse_misdirected(signal: Signal, body: bytes, kind: str) -> None:
    """Raise `WireError` if the body is a sound request of another signal."""
    for other in SIGNALS:
        if other is not signal and _is_of(other, body, kind):
            raise WireError(400, f"These are {other.items.replace('_', ' ')}: send them to {other.path}.")


def _is_of(signal: Signal, body: bytes, kind: str) -> bool:
    message = signal.request()
    try:
        if kind == JSON:
            return bool(bodies.Json().parts(bodies.loaded(body), message.DESCRIPTOR.fields_by_number[1]))
        bodies.Protobuf().fill(message, body)
    except bodies.Unreadable:
        return False
    first = bodies.first_item(message)
    return first is not None and bodies.fits(first)


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its compression."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise WireError(415, f"Content-Encoding {encoding} is not supported; use gzip or none.")
    plain = b""
    while body:  # a file of gzip may have several members
        unzip = zlib.decompressobj(GZIP)
        try:
            plain += unzip.decompress(body, MOST_BYTES - len(plain) + 1)
        except zlib.error as error:
            raise WireError(400, f"The body is not gzip: {error}") from error
        if len(plain) > MOST_BYTES:
            raise WireError(413, f"The body is larger than {MOST_BYTES} bytes.")
        if not unzip.eof:
            raise WireError(400, "The body is not gzip: it ends early.")
        body = unzip.unused_data
    return plain


def accepted(signal: Signal, batch: Batch, kind: str) -> bytes:
    """The body of a successful answer, with the count of rejected items and the remarks."""
    response = signal.response()
    if remarks := remarks_on(signal, batch):
        setattr(response.partial_success, f"rejected_{signal.items}", batch.rejected.total())
        response.partial_success.error_message = remarks
    return serialized(response, kind)


def remarks_on(signal: Signal, batch: Batch) -> str:
    """Remarks on rejected items and on times in the future; empty if there are none."""
    remarks = [f"{_counted(signal, count)} not stored: {reason}." for reason, count in batch.rejected.items()]
    if batch.ahead:
        remarks.append(f"{_counted(signal, batch.ahead)} in the future: is the sender's clock right?")
    return " ".join(remarks)


def _counted(signal: Signal, count: int) -> str:
    items = signal.items.replace("_", " ")
    return f"{count} {items if count > 1 else items.removesuffix('s')}"


def refused(message: str, kind: str) -> bytes:
    """The body of any other answer."""
    return serialized(Status(message=message), kind)


def serialized(message: Message, kind: str = PROTOBUF) -> bytes:
    """The message in that encoding."""
    body: bytes = message.SerializeToString() if kind == PROTOBUF else MessageToJson(message, indent=None).encode()
    return body
