"""The set-up of OpenTelemetry: three signals over OTLP, sent where the `OTEL_*` variables say."""

import logging
from typing import Any, Literal

from fastapi import FastAPI
from opentelemetry import _logs, metrics, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.logging import LoggingInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span
from sqlalchemy.ext.asyncio import AsyncEngine

Outcome = Literal["reserved", "out_of_stock", "too_late"]

DURATION = "http.server.request.duration"
PROBES = "/readyz$,/healthz$"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.6, 0.675, 0.75, 1.0, 2.5, 5.0, 10.0)
"""A bound at the objective of 750 ms, and finer ones below it."""


def start() -> None:
    """Set up the three providers; each sends what is left when the program ends."""
    tracers = TracerProvider()
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(tracers)
    durations = View(instrument_name=DURATION, aggregation=ExplicitBucketHistogramAggregation(SECONDS))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    metrics.set_meter_provider(MeterProvider([reader], views=[durations]))
    loggers = LoggerProvider()
    loggers.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    _logs.set_logger_provider(loggers)
    LoggingInstrumentor().instrument()
    # It tells what the spans tell already, and each query whole.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)


def instrument(app: FastAPI, engine: AsyncEngine) -> None:
    """Spans and durations of requests, without those of probes; spans of statements below them."""
    FastAPIInstrumentor.instrument_app(
        app, server_request_hook=_hide_query, excluded_urls=PROBES, exclude_spans=["receive", "send"]
    )
    SQLAlchemyInstrumentor().instrument(engine=engine.sync_engine)


class Reservations:
    """Counts the reservations that were asked for, by what came of them."""

    def __init__(self) -> None:
        self._counter = metrics.get_meter("shop.inventory").create_counter(
            "shop.inventory.reservations", "{reservation}", "Reservations asked for, by outcome"
        )

    def add(self, outcome: Outcome) -> None:
        """One more."""
        self._counter.add(1, {"shop.outcome": outcome})


def _hide_query(span: Span, scope: dict[str, Any]) -> None:
    if scope.get("query_string"):
        span.set_attribute("url.query", "REDACTED")
