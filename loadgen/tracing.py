"""Makes each journey the root of a trace, marked as synthetic by baggage for every service behind it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from loadgen.telemetry import LOGGER

PEER = "frontend"
Attributes = Mapping[str, str | int]

_PROPAGATOR = CompositePropagator([TraceContextTextMapPropagator(), W3CBaggagePropagator()])


@dataclass(frozen=True)
class Outcome:
    """The outcome of a request: `status` is None without an answer, `error` is None when it succeeded."""

    status: int | None
    error: str | None


@dataclass(frozen=True)
class Call:
    """A request that is on its way: its span, and the headers that carry its context."""

    span: Span
    headers: Mapping[str, str]

    def end(self, outcome: Outcome) -> None:
        """End the span, with or without an answer."""
        if outcome.status is not None:
            self.span.set_attribute("http.response.status_code", outcome.status)
        if outcome.error is not None:
            self.span.set_attribute("error.type", outcome.error)
            self.span.set_status(Status(StatusCode.ERROR))
        self.span.end()


class Trace:
    """The trace of one journey."""

    def __init__(self, tracing: "Tracing", root: Span) -> None:
        self._tracing = tracing
        self._context = set_span_in_context(root, _synthetic())
        self.root = root

    def call(self, method: str, route: str, path: str) -> Call:
        """Begin one request; its query stays out of the span."""
        span = self._tracing.requests.start_span(
            f"{method} {route}",
            self._context,
            SpanKind.CLIENT,
            self._tracing.request_attributes(method, route, path),
        )
        headers: dict[str, str] = {}
        _PROPAGATOR.inject(headers, set_span_in_context(span, self._context))
        return Call(span, headers)

    def failed(self, reason: str) -> None:
        """Mark the journey as failed."""
        self.root.set_status(Status(StatusCode.ERROR, reason))


class Tracing:
    """Creates traces."""

    def __init__(self, provider: TracerProvider, target: str, host: str, port: int) -> None:
        self._target = target.rstrip("/")
        self._server: dict[str, str | int] = {"server.address": host, "server.port": port}
        # Two scopes, as in the services: what is declared in docs/telemetry.yaml, and plain HTTP.
        self._journeys = provider.get_tracer(LOGGER)
        self.requests = provider.get_tracer("loadgen.http")

    @contextmanager
    def journey(self, name: str, attributes: Attributes) -> Iterator[Trace]:
        """The trace of one journey, for as long as the block takes."""
        root = self._journeys.start_span(name, Context(), SpanKind.INTERNAL, dict(attributes))
        try:
            yield Trace(self, root)
        finally:
            root.end()

    def request_attributes(self, method: str, route: str, path: str) -> dict[str, str | int]:
        """The attributes that the semantic conventions ask of an HTTP client span."""
        return {
            "http.request.method": method,
            "url.full": self._target + path.partition("?")[0],
            "url.template": route,
            "service.peer.name": PEER,
            **self._server,
        }


def _synthetic() -> Context:
    return baggage.set_baggage("synthetic", "true", Context())
