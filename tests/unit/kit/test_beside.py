"""A backend beside the first one: who gets a copy, and that its troubles stay its own."""

import logging
import os

import pytest

from kit import beside
from kit.beside import PAUSE_S, Courtesy

STORE = "http://127.0.0.1:4318"
LOGGER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


@pytest.fixture(autouse=True)
def first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", STORE)


def test_without_an_address_there_is_none() -> None:
    assert beside.exporters() == beside.Beside(None, None, None)


def test_all_three_signals_go_there_with_its_own_headers_and_temporality(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta")
    monkeypatch.setenv("BESIDE_OTEL_EXPORTER_OTLP_ENDPOINT", "http://b.example:4318")
    monkeypatch.setenv("BESIDE_OTEL_EXPORTER_OTLP_HEADERS", "key=1")
    found = beside.exporters()
    assert found.spans
    assert found.logs
    assert found.metrics
    assert found.metrics._endpoint == "http://b.example:4318/v1/metrics"
    assert found.metrics._client._headers["key"] == "1"
    assert found.metrics._preferred_temporality
    assert {each.name for each in found.metrics._preferred_temporality.values()} == {"CUMULATIVE"}
    assert os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] == STORE
    assert "OTEL_EXPORTER_OTLP_HEADERS" not in os.environ


def test_one_signal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESIDE_OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://b.example/logs")
    found = beside.exporters()
    assert (found.spans, found.logs is None, found.metrics) == (None, False, None)


def test_the_first_backend_gets_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESIDE_OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318/")
    assert beside.exporters() == beside.Beside(None, None, None)


def test_its_troubles_are_said_once_beside_the_telemetry(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BESIDE_OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b.example/spans")
    beside.exporters()
    now, offers = [0.0], [False, False, True]
    courtesy = Courtesy("spans", lambda: now[0])

    def send() -> bool:
        logging.getLogger(LOGGER).error("Failed to export")
        return offers.pop(0)

    answers = []
    for now[0] in (0.0, 1.0, PAUSE_S, PAUSE_S + 1, 2 * PAUSE_S):
        answers.append(courtesy.offer(send, 5))
    assert answers == [False, False, False, False, True]
    assert capsys.readouterr().err.splitlines() == [
        "The backend beside the store does not take spans.",
        "The backend beside the store takes spans.",
    ]
    assert caplog.records == []
    logging.getLogger(LOGGER).error("The first one's")
    assert [each.message for each in caplog.records] == ["The first one's"]
