"""What a developer's shell may hold, and what of it reaches the shop."""

import pytest

from whodunit.launcher.inherited import backends, inherited, left_out

SHELL = {"PATH": "/bin", "LOG_LEVEL": "debug"}
BACKEND = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://me:secret@b.example:4318", "OTEL_EXPORTER_OTLP_HEADERS": "key=1"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "deflate"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "60000"),
        ("OTEL_PYTHON_LOG_LEVEL", "error"),
        ("FLAGD_DEADLINE_MS", "60000"),
        ("BESIDE_OTEL_EXPORTER_OTLP_ENDPOINT", "http://left.example"),
    ],
)
def test_what_would_silence_the_shop_is_left_out_and_named(name: str, value: str) -> None:
    shell = SHELL | {name: value}
    assert (inherited(shell), left_out(shell)) == (SHELL, [name])


@pytest.mark.parametrize("name", ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"])
def test_an_address_is_a_backend_beside_the_store(name: str) -> None:
    told = inherited(SHELL | {name: "http://b.example:4318", "OTEL_EXPORTER_OTLP_HEADERS": "key=1"})
    assert told == SHELL | {f"BESIDE_{name}": "http://b.example:4318", "BESIDE_OTEL_EXPORTER_OTLP_HEADERS": "key=1"}


def test_where_the_copy_goes_is_shown_without_its_password() -> None:
    assert backends(inherited(SHELL | BACKEND)) == ["http://b.example:4318"]


def test_a_backend_that_speaks_grpc_alone_gets_nothing_and_the_variables_are_named() -> None:
    shell = SHELL | BACKEND | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    assert (inherited(shell), left_out(shell)) == (SHELL, sorted(shell.keys() - SHELL.keys()))
