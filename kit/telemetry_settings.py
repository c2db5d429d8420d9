"""Telemetry is configured by the standard `OTEL_*` variables; these are our defaults for those left unset."""

import os

DEFAULTS = {
    "OTEL_SEMCONV_STABILITY_OPT_IN": "http,database",
    "OTEL_METRIC_EXPORT_INTERVAL": "5000",
    "OTEL_BSP_SCHEDULE_DELAY": "1000",
    "OTEL_BLRP_SCHEDULE_DELAY": "1000",
    # A minute of spans at 50 checkouts/s in the busiest service (measured: frontend, about 500 spans/s).
    "OTEL_BSP_MAX_QUEUE_SIZE": "32768",
    "OTEL_BLRP_MAX_QUEUE_SIZE": "32768",
}


def apply_defaults() -> None:
    """Put the defaults into the environment, where the SDK and the instrumentations read them."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def send_to(receiver: str) -> None:
    """Send all three signals to the OTLP receiver at this URL, whatever was configured."""
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver


def disabled() -> bool:
    """True when `OTEL_SDK_DISABLED` asks for no telemetry at all."""
    return os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
