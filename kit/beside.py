"""A backend of the user's own, beside the one that the lab reads: it gets the same spans, log records and metrics.

`BESIDE_OTEL_EXPORTER_OTLP_*` mean for it what the standard variables mean. It is a guest: what it does not take is
left out, and none of its troubles shows in the shop's telemetry, where it would be a clue to nothing.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter

from kit.exporters import LogExporter, MetricExporter, SpanExporter, SpansOverHttp

PREFIX = "BESIDE_"
STANDARD = "OTEL_EXPORTER_OTLP_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PAUSE_S = 30.0
"""After a batch that was not taken; meanwhile nothing is offered, so that no queue runs full."""

_silence = threading.local()


@dataclass(frozen=True)
class Beside:
    """Its exporters; None for a signal that is not wanted there."""

    spans: SpanExporter | None
    logs: LogExporter | None
    metrics: MetricExporter | None


class Courtesy:
    """Offers each batch once, in silence; a line on standard error says when that begins to fail, and when it ends."""

    def __init__(self, signal: str, clock: Callable[[], float] = monotonic) -> None:
        self._signal = signal
        self._clock = clock
        self._again_at = 0.0
        self._well = True

    def offer(self, send: Callable[[], bool], items: int) -> bool:  # noqa: ARG002  as `Offering` has it
        """True when `send` succeeded."""
        if self._clock() < self._again_at:
            return False
        _silence.wanted = True
        try:
            taken = send()
        finally:
            _silence.wanted = False
        if not taken:
            self._again_at = self._clock() + PAUSE_S
        if taken is not self._well:
            self._well = taken
            sys.stderr.write(f"The backend beside the store {'takes' if taken else 'does not take'} {self._signal}.\n")
        return taken


def exporters() -> Beside:
    """For what the environment says; none for a backend that is the first one itself."""
    own = {name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX + STANDARD)}
    first = os.environ.get(f"{STANDARD}ENDPOINT", "")
    with _in_place_of_the_first(own):
        return Beside(
            SpanExporter(SpansOverHttp(), offering=_courtesy("trace")) if _wanted(own, "TRACES", first) else None,
            LogExporter(OTLPLogExporter(), offering=_courtesy("_log")) if _wanted(own, "LOGS", first) else None,
            MetricExporter(_courtesy("metric")) if _wanted(own, "METRICS", first) else None,
        )


def _courtesy(module: str) -> Courtesy:
    logging.getLogger(f"opentelemetry.exporter.otlp.proto.http.{module}_exporter").addFilter(_is_heard)
    return Courtesy({"trace": "spans", "_log": "log records", "metric": "metrics"}[module])


def _is_heard(_: logging.LogRecord) -> bool:
    return not getattr(_silence, "wanted", False)


def _wanted(own: Mapping[str, str], signal: str, first: str) -> bool:
    endpoint = own.get(f"{STANDARD}{signal}_ENDPOINT") or own.get(f"{STANDARD}ENDPOINT")
    return bool(endpoint) and _place(endpoint or "") != _place(first)


def _place(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return "loopback" if host in LOOPBACK else host, parts.port


@contextmanager
def _in_place_of_the_first(own: Mapping[str, str]) -> Iterator[None]:
    """The SDK's exporters read the standard variables when they are made."""
    first = {name: value for name, value in os.environ.items() if name.startswith(STANDARD)}
    try:
        for name in first:
            del os.environ[name]
        os.environ.update(own)
        yield
    finally:
        for name in own:
            os.environ.pop(name, None)
        os.environ.update(first)
