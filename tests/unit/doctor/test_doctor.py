"""What the doctor says of machines that it does not run on."""

import json
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from whodunit.doctor import machine
from whodunit.doctor.commands import register
from whodunit.doctor.docker import docker
from whodunit.doctor.finding import Finding
from whodunit.doctor.mounted_files import line_endings, permissions
from whodunit.shell import Ran, run

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
INFO = {
    "OperatingSystem": "Debian",
    "Architecture": "x86_64",
    "MemTotal": 8 << 30,
    "SystemTime": "2026-11-21T12:00:00.123456789Z",
}


class FakeShell:
    """A machine with Docker, but for what is said otherwise; None is a program that is not there."""

    def __init__(self, **answers: str | None) -> None:
        self._answers: dict[str, str | None] = {
            "--version": "Docker version 27.3.1, build ce12230",
            "compose": "2.40.0-debian",
            "info": json.dumps(INFO),
            **answers,
        }

    def __call__(self, arguments: Sequence[str], within_s: float = 15.0) -> Ran:
        answer = self._answers[arguments[1]]
        return Ran(None, "", "not there") if answer is None else Ran(0, answer)


def found(**answers: str | None) -> dict[str, Finding]:
    return {each.name: each for each in docker(FakeShell(**answers), NOW)}


def test_a_machine_with_docker_is_fine() -> None:
    assert [each.name for each in found().values() if not each.fine] == []
    assert found()["compose"].message == "2.40.0-debian"


@pytest.mark.parametrize(
    ("name", "answers", "remedy"),
    [
        ("docker", {"--version": None}, "whodunit up"),
        ("docker", {"--version": "Docker version 19.03.1"}, "Update"),
        ("compose", {"compose": None}, "docs.docker.com"),
        ("compose", {"compose": "2.17.3"}, "docs.docker.com"),
        ("engine", {"info": None}, "Start Docker"),
        ("engine", {"info": json.dumps({"ServerErrors": ["Cannot connect"]})}, "Start Docker"),
        ("packaging", {"info": json.dumps(INFO | {"DockerRootDir": "/var/snap/docker/common/var-lib-docker"})}, "snap"),
        ("memory", {"info": json.dumps(INFO | {"MemTotal": 2 << 30})}, "Give Docker 3 GiB"),
        ("engine's clock", {"info": json.dumps(INFO | {"SystemTime": "2026-11-21T11:00:00Z"})}, "Restart Docker"),
    ],
)
def test_what_is_wrong_has_a_remedy(name: str, answers: dict[str, str | None], remedy: str) -> None:
    assert remedy in found(**answers)[name].remedy


def test_without_docker_nothing_more_is_asked() -> None:
    assert list(found(**{"--version": None})) == ["docker"]


@pytest.mark.parametrize(
    ("finding", "fine"),
    [
        (machine.architecture("arm64"), True),
        (machine.architecture("riscv32"), False),
        (machine.clock(NOW), True),
        (machine.clock(datetime(1970, 1, 1, tzinfo=UTC)), False),
        (machine.python(), True),
    ],
)
def test_the_machine_itself(finding: Finding, fine: bool) -> None:
    assert finding.fine is fine


@pytest.mark.process
@pytest.mark.parametrize(("is_ours", "fine"), [(lambda: True, True), (lambda: False, False)])
def test_a_port_that_is_taken(is_ours: Callable[[], bool], fine: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        finding = machine.port(number, "127.0.0.1", is_ours)
        assert finding.fine is fine
        assert ("WHODUNIT_PORT" in finding.remedy) is not fine
    assert machine.port(number, "127.0.0.1", is_ours).fine


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """A file in the one folder that a compose file mounts; the folder beside it is a checkout."""
    compose = 'services:\n  loki:\n    volumes: ["./loki:/etc/loki:ro", "data:/loki"]\n'
    (tmp_path / "docker-compose.yml").write_text(compose)
    (tmp_path / "loki").mkdir()
    file = tmp_path / "loki" / "loki.yaml"
    file.write_bytes(b"a: 1\n")
    return file


def test_windows_line_ends_are_found_where_containers_read(tmp_path: Path, mounted: Path) -> None:
    (tmp_path / "elsewhere.txt").write_bytes(b"a\r\n")
    assert line_endings(tmp_path).fine
    mounted.write_bytes(b"a: 1\r\n")
    assert "loki/loki.yaml" in line_endings(tmp_path).message
    assert line_endings(tmp_path / "loki").fine


@pytest.mark.parametrize("closed", ["loki", "loki/loki.yaml"])
def test_what_a_strict_umask_closed_is_found_where_containers_read(tmp_path: Path, mounted: Path, closed: str) -> None:
    (tmp_path / "elsewhere.txt").touch(mode=0o600)
    mounted.parent.chmod(0o755)
    mounted.chmod(0o644)
    assert permissions(tmp_path).fine
    (tmp_path / closed).chmod(0o700)
    assert permissions(tmp_path).message == f"containers cannot read {closed}"
    assert permissions(tmp_path).remedy.endswith("chmod -R go+rX loki")
    assert permissions(mounted.parent).fine


@pytest.mark.process
def test_a_program_that_is_not_there_is_no_crash() -> None:
    assert run(["no-such-program-anywhere"]).code is None


@pytest.mark.process
def test_the_command_says_all_of_it_and_its_exit_code_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["--json"])
    findings = json.loads(result.output)
    assert {"python", "architecture", "disk", "port", "permissions", "docker"} <= {each["name"] for each in findings}
    assert result.exit_code == (0 if all(each["fine"] for each in findings) else 1)
