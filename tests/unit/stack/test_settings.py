"""What the lab's container is told, and when it refuses to start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from whodunit.errors import WrongUseError
from whodunit.stack import settings
from whodunit.topology import SERVICES


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> settings.StackSettings:
    for name in os.environ:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return settings.read()


def test_every_service_is_found_by_its_containers_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch).services
    assert set(found) == {service.name for service in SERVICES}
    assert found["product-catalog"] == "http://product-catalog:8080"


def test_it_knows_the_hosts_by_which_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch).names == {"lab", "frontend-proxy", "127.0.0.1"}
    assert "workshop.example" in read(monkeypatch, ENTRY_URL="http://workshop.example:8080").names


def test_the_variables_of_the_peers_say_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, DATABASE_SERVICE_URL="http://127.0.0.1:7001/", ORDER_URL="http://127.0.0.1:7002")
    assert (found.services["database"], found.services["order"]) == ("http://127.0.0.1:7001", "http://127.0.0.1:7002")


def test_people_open_the_published_port(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, WHODUNIT_PORT="9090").entry == "http://127.0.0.1:9090"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "GRAFANA_ADMIN_PASSWORD and WHODUNIT_TOKEN"),
        ({"WHODUNIT_TOKEN": "x"}, "GRAFANA_ADMIN_PASSWORD is"),
        ({"GRAFANA_ADMIN_PASSWORD": "x", "WHODUNIT_TOKEN": ""}, "WHODUNIT_TOKEN is"),
    ],
)
def test_an_open_door_needs_locks(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str) -> None:
    with pytest.raises(WrongUseError, match=missing):
        read(monkeypatch, WHODUNIT_BIND="0.0.0.0", **given)


@pytest.mark.parametrize("bind", ["127.0.0.1", "localhost", "::1"])
def test_on_loopback_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    assert read(monkeypatch, WHODUNIT_BIND=bind).token is None


def test_with_both_locks_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = read(monkeypatch, WHODUNIT_BIND="0.0.0.0", GRAFANA_ADMIN_PASSWORD="a", WHODUNIT_TOKEN="b")
    assert (opened.is_open, opened.token) == (True, "b")


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongUseError, match="PROMETHEUS_URL"):
        read(monkeypatch, PROMETHEUS_URL="somewhere")


@pytest.mark.process
def test_the_refusal_is_two_lines_and_exit_code_2(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "whodunit.entry.stack"],
        env={"WHODUNIT_BIND": "0.0.0.0", "WHODUNIT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 2
    assert "WHODUNIT_TOKEN" in ended.stderr
