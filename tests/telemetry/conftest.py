"""OpenTelemetry as a service has it, with the signals kept in memory."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from kit import telemetry, telemetry_settings
from tests.telemetry.recorder import Recorder


@pytest.fixture(scope="session")
def session_recorder() -> Recorder:
    """The process has one tracer provider; it is set once."""
    telemetry_settings.apply_defaults()
    recorder = Recorder()
    provider = TracerProvider(shutdown_on_exit=False)
    for processor in recorder.processors:
        provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    telemetry.instrument_libraries()
    return recorder


@pytest.fixture
def recorder(session_recorder: Recorder) -> Iterator[Recorder]:
    """Records from here on."""
    session_recorder.clear()
    yield session_recorder
    session_recorder.clear()
