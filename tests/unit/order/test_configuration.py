"""The configuration that a release of order brings along."""

import os

import pytest

from kit.variants import FixedVariants
from services.order.app import configure

RECEIVER = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.mark.parametrize(
    ("release", "receiver"),
    [
        ("off", "http://here:4318"),
        ("receipts", "http://here:4318"),
        ("wrong-address", "http://otel-collector.staging:4318"),
    ],
)
def test_telemetry_goes_where_the_release_sends_it(
    release: str, receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RECEIVER, "http://here:4318")
    configure(FixedVariants(order_deployment=release))
    assert os.environ[RECEIVER] == receiver
