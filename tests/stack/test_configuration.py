"""A wrong value in a configuration file ends its program at once, and the program says where it stands."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack.harness import compose
from tests.stack.harness.addresses import FIRST_PORT, Addresses
from tests.stack.harness.places import Places
from tests.stack.harness.process import Launch
from tests.stack.harness.programs import launch
from tests.stack.harness.stack import CHECKOUT
from whodunit.launcher.ports import Reservations

ENDS_WITHIN_S = 20.0
CONFIGURATION = (
    "flags",
    "collector",
    "prometheus",
    "jaeger",
    "loki",
    "proxy",
    "postgres",
    "docker-compose.yml",
    ".env",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The configuration files, to be spoiled."""
    for name in CONFIGURATION:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copyfile(source, tmp_path / name)
    return tmp_path


@pytest.fixture
def reservations() -> Iterator[Reservations]:
    with Reservations() as reservations:
        yield reservations


def how_to_start(name: str, checkout: Path, reservations: Reservations) -> Launch:
    values = compose.native(checkout / ".env", WHODUNIT_PORT=str(reservations.take(FIRST_PORT)))
    containers = compose.read(checkout / "docker-compose.yml", values)
    container = next(each for each in containers if each.name == name)
    addresses = Addresses([each.name for each in containers], reservations)
    places = Places(container.mounts, checkout, checkout / "volumes", checkout)
    places.make_volumes()
    return launch(container, addresses, places, checkout)


def complaint(name: str, checkout: Path, reservations: Reservations) -> str:
    how = how_to_start(name, checkout, reservations)
    done = subprocess.run(
        how.command,
        env=how.environment,
        cwd=checkout,
        user=how.user,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=ENDS_WITHIN_S,
    )
    assert done.returncode != 0, done.stdout
    return done.stdout


def spoiled(name: str, program: str, file: str, right: str, wrong: str, *said: str) -> Any:
    """A case: the right words in a file replaced by wrong ones, and what the program must say about it."""
    return pytest.param(name, file, right, wrong, said, marks=pytest.mark.stack(program), id=f"{file}: {wrong}")


@pytest.mark.parametrize(
    ("name", "file", "right", "wrong", "said"),
    [
        spoiled(
            "prometheus",
            "prometheus",
            "prometheus/prometheus.yml",
            "max_exemplars:",
            "max_exemplarss:",
            "prometheus.yml",
            "max_exemplarss",
        ),
        spoiled(
            "prometheus",
            "prometheus",
            "prometheus/prometheus.yml",
            "_window: 30m",
            "_window: soon",
            "prometheus.yml",
            "soon",
        ),
        spoiled("loki", "loki", "loki/loki.yaml", "auth_enabled:", "auth_enabledd:", "loki.yaml", "auth_enabledd"),
        spoiled(
            "loki", "loki", "loki/loki.yaml", "retention_period: 72h", "retention_period: long", "loki.yaml", "long"
        ),
        spoiled(
            "jaeger", "jaeger", "jaeger/jaeger.yaml", "max_traces:", "max_tracess:", "jaeger_storage", "max_tracess"
        ),
        spoiled(
            "jaeger",
            "jaeger",
            "jaeger/jaeger.yaml",
            "max_traces: 5000",
            "max_traces: many",
            "jaeger_storage",
            "max_traces",
        ),
        spoiled(
            "otel-collector",
            "otelcol",
            "collector/collector.yaml",
            "check_interval:",
            "check_intervall:",
            "memory_limiter",
            "check_intervall",
        ),
        spoiled(
            "otel-collector",
            "otelcol",
            "collector/collector.yaml",
            "flush_timeout: 500ms",
            "flush_timeout: soon",
            "sending_queue",
            "flush_timeout",
        ),
        spoiled(
            "frontend-proxy",
            "caddy",
            "proxy/Caddyfile",
            "flush_interval -1",
            "flush_interval soon",
            "Caddyfile:",
            "soon",
        ),
        spoiled(
            "postgres",
            "postgresql",
            "docker-compose.yml",
            "max_connections=85",
            "max_connections=many",
            "max_connections",
            "many",
        ),
        spoiled(
            "payment",
            "postgresql",
            "docker-compose.yml",
            "GATEWAY_URL: http://gateway:8080",
            "GATEWAY_URL: nowhere",
            "GATEWAY_URL",
        ),
    ],
)
def test_a_wrong_value_ends_the_program_that_names_it(
    name: str, file: str, right: str, wrong: str, said: tuple[str, ...], copy: Path, reservations: Reservations
) -> None:
    text = (copy / file).read_text()
    assert right in text
    (copy / file).write_text(text.replace(right, wrong, 1))
    found = complaint(name, copy, reservations)
    assert [words for words in said if words not in found] == [], found
