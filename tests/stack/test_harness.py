"""The compose file read, and its addresses and paths replaced, without starting anything."""

import shlex
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.stack.harness import compose
from tests.stack.harness.addresses import Addresses
from tests.stack.harness.compose import Mount
from tests.stack.harness.interpolation import UnsetError, interpolate
from tests.stack.harness.places import Places
from tests.stack.harness.programs import launch
from tests.stack.harness.readiness import answers
from tests.stack.harness.stack import CHECKOUT, StackError, native_stack
from tests.stack.tools import location
from whodunit.launcher.ports import Reservations

pytestmark = pytest.mark.process

FILE = """
x-service: &service
  image: whodunit
  environment: &common
    HOST: 0.0.0.0
    PORT: 8080
    OTEL_EXPORTER_OTLP_ENDPOINT: http://otel-collector:4318
  depends_on: {postgres: {condition: service_healthy}}
services:
  order:
    <<: *service
    command: [python, -m, services.order.main]
    environment:
      <<: *common
      PAYMENT_URL: http://payment:8080
      DATABASE_URL: postgresql+asyncpg://order:${SHOP_DB_PASSWORD:?set it}@postgres:5432/order
      OTEL_SDK_DISABLED: true
  payment: {<<: *service, command: [python, -m, services.payment.main]}
  prometheus:
    image: prom/prometheus:${PROMETHEUS_VERSION}
    command: [--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.path=/prometheus,
              --web.external-url=/prometheus/, "--web.listen-address=0.0.0.0:9090"]
    volumes: [./prometheus:/etc/prometheus:ro, prometheus:/prometheus]
    ports: ["${WHODUNIT_BIND:-127.0.0.1}:${WHODUNIT_PORT:-8080}:9090"]
  later: {image: whodunit, profiles: [later]}
"""


@pytest.fixture
def containers(tmp_path: Path) -> dict[str, compose.Container]:
    file = tmp_path / "docker-compose.yml"
    file.write_text(FILE)
    values = {"SHOP_DB_PASSWORD": "1234", "PROMETHEUS_VERSION": "v3.14.0"}
    return {each.name: each for each in compose.read(file, values)}


@pytest.fixture
def addresses() -> Iterator[Addresses]:
    with Reservations() as reservations:
        yield Addresses(["order", "payment", "postgres", "otel-collector", "prometheus"], reservations)


def test_a_container_is_read_with_anchors_merged(containers: dict[str, compose.Container]) -> None:
    order, prometheus = containers["order"], containers["prometheus"]
    assert set(containers) == {"order", "payment", "prometheus"}
    assert order.command == ("python", "-m", "services.order.main")
    assert order.environment["PORT"] == "8080"
    assert order.environment["OTEL_SDK_DISABLED"] == "true"
    assert order.after == {"postgres": "service_healthy"}
    assert (prometheus.image, prometheus.program) == ("prom/prometheus:v3.14.0", "prometheus")
    assert prometheus.mounts == (
        Mount("./prometheus", "/etc/prometheus", read_only=True),
        Mount("prometheus", "/prometheus"),
    )
    assert prometheus.published == (9090,)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A ${A} $$A", "a a $A"),
        ("${EMPTY-x}|${EMPTY:-x}|${NONE-x}|${NONE:-}", "|x|x|"),
        ("${A:+x}|${EMPTY:+x}|${NONE}", "x||"),
        ("${NONE:-${EMPTY:-x}/$A}|${A:-${EMPTY:-x}}", "x/a|a"),
    ],
)
def test_variables_are_replaced_as_compose_does(text: str, value: str) -> None:
    assert interpolate(text, {"A": "a", "EMPTY": ""}) == value


def test_a_variable_that_must_be_set_is_named() -> None:
    with pytest.raises(UnsetError, match="TOKEN: for the leader"):
        interpolate("${TOKEN:?for the leader}", {"TOKEN": ""})


def test_peers_and_own_ports_become_loopback_ports(
    containers: dict[str, compose.Container], addresses: Addresses
) -> None:
    environment = addresses.environment(containers["order"].environment, "order")
    assert environment["HOST"] == "127.0.0.1"
    assert environment["PORT"] == str(addresses.port("order", 8080))
    assert environment["PAYMENT_URL"] == addresses.url("payment", 8080)
    database = f"order:1234@127.0.0.1:{addresses.port('postgres', 5432)}/order"
    assert environment["DATABASE_URL"] == f"postgresql+asyncpg://{database}"
    assert addresses.port("order", 8080) != addresses.port("payment", 8080)


def test_a_host_and_a_port_in_two_variables_belong_together(addresses: Addresses) -> None:
    found = addresses.environment({"PGHOST": "postgres", "PGPORT": "5432"}, "order")
    assert found == {"PGHOST": "127.0.0.1", "PGPORT": str(addresses.port("postgres", 5432))}


def test_a_program_gets_its_own_paths_and_ports(
    containers: dict[str, compose.Container], addresses: Addresses, tmp_path: Path
) -> None:
    container = containers["prometheus"]
    places = Places(container.mounts, tmp_path, tmp_path / "volumes", tmp_path)
    words = launch(container, addresses, places, tmp_path / "work").command[1:]
    assert words == [
        f"--config.file={tmp_path}/prometheus/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/volumes/prometheus",
        "--web.external-url=/prometheus/",
        f"--web.listen-address=127.0.0.1:{addresses.port('prometheus', 9090)}",
    ]


def test_the_store_keeps_the_log_records_unless_there_is_a_loki(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert keeps_log_records() == {"store"}
    location.bin_folder().mkdir(parents=True)
    location.program("loki").touch()
    assert keeps_log_records() == {"loki"}


def keeps_log_records() -> set[str]:
    found = compose.read(CHECKOUT / "docker-compose.yml", compose.native(CHECKOUT / ".env"))
    return {each.name for each in found} & {"loki", "store"}


@pytest.mark.stack("prometheus")
def test_a_program_is_paused_killed_started_again_and_leaves_nothing_behind() -> None:
    with native_stack() as stack:
        stack.start(["prometheus"])
        ready = stack.url("prometheus", 9090, "/prometheus/-/ready")
        stack["prometheus"].pause()
        assert not answers(ready)
        stack["prometheus"].resume()
        assert answers(ready)
        stack["prometheus"].kill()
        assert stack["prometheus"].exit_code == -signal.SIGKILL
        stack.restart("prometheus")
        pid = stack["prometheus"].pid
    assert not psutil.pid_exists(pid)


@pytest.mark.stack("prometheus")
def test_another_process_stops_and_starts_a_program() -> None:
    with native_stack() as stack:
        stack.start(["prometheus"])
        ready = stack.url("prometheus", 9090, "/prometheus/-/ready")
        command = shlex.split(stack.compose_command)
        subprocess.run([*command, "stop", "prometheus"], check=True, timeout=60)
        assert not answers(ready)
        subprocess.run([*command, "start", "prometheus"], check=True, timeout=60)
        assert answers(ready)


@pytest.mark.stack("prometheus")
def test_a_program_that_ends_at_once_is_quoted() -> None:
    with native_stack() as stack:
        words = stack.containers["prometheus"].command
        stack.containers["prometheus"] = replace(stack.containers["prometheus"], command=(*words, "--no-such-flag"))
        with pytest.raises(StackError, match="no-such-flag"):
            stack.start(["prometheus"])
