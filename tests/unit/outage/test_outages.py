"""Outages begin, and end: when they are over, when somebody ends them, when whoever began them is killed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from whodunit.errors import LabError
from whodunit.outage.means import command_here
from whodunit.outage.outages import Outages
from whodunit.shell import Ran, Shell

pytestmark = pytest.mark.process

SWITCH = """
import os, pathlib, sys, time
folder, verb, *options, program = sys.argv[1:]
log = pathlib.Path(folder, "log")
words = [verb, *options, program, os.environ.get("LIMIT", "")]
log.write_text(f"{log.read_text() if log.exists() else ''}{' '.join(words).strip()}\\n")
while pathlib.Path(folder, f"hold-{verb}").exists():
    time.sleep(0.01)
sys.exit(pathlib.Path(folder, f"cannot-{verb}").exists())
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """What remembers in a file what it was told to stop and to start."""
    (tmp_path / "switch.py").write_text(SWITCH)
    return [sys.executable, str(tmp_path / "switch.py"), str(tmp_path)]


def told(folder: Path) -> list[str]:
    return (folder / "log").read_text().splitlines()


def wait_for(holds: Callable[[], bool], within_s: float = 10.0) -> None:
    give_up_at = monotonic() + within_s
    while not holds():
        assert monotonic() < give_up_at, f"not within {within_s:g} s"
        sleep(0.05)


def test_an_outage_is_there_at_once_and_ends_when_told(command: list[str], tmp_path: Path) -> None:
    outages = Outages(command)
    outages.begin("otel-collector", 60)
    assert told(tmp_path) == ["stop otel-collector"]
    outages.end_all()
    assert told(tmp_path) == ["stop otel-collector", "start otel-collector"]
    outages.end_all()
    assert len(told(tmp_path)) == 2


def test_with_a_setting_the_program_is_made_anew_with_it_and_without_it(command: list[str], tmp_path: Path) -> None:
    outages = Outages(command)
    outages.begin("otel-collector", 60, "LIMIT=8")
    assert told(tmp_path) == ["up --detach --no-deps otel-collector 8"]
    outages.end_all()
    assert told(tmp_path)[1:] == ["up --detach --no-deps otel-collector"]


def test_one_that_does_not_come_back_keeps_no_other_away(command: list[str], tmp_path: Path) -> None:
    outages = Outages(command)
    outages.begin("prometheus", 60)
    outages.begin("otel-collector", 60)
    (tmp_path / "cannot-start").touch()
    with pytest.raises(LabError, match="did not come back"):
        outages.end_all()
    assert {line.split()[1] for line in told(tmp_path) if line.startswith("start")} == {"prometheus", "otel-collector"}


def test_an_outage_ends_by_itself(command: list[str], tmp_path: Path) -> None:
    outages = Outages(command)
    outages.begin("otel-collector", 0.1)
    wait_for(lambda: told(tmp_path)[-1] == "start otel-collector")
    outages.end_all()
    assert len(told(tmp_path)) == 2


def test_an_outage_ends_when_whoever_began_it_is_killed(command: list[str], tmp_path: Path) -> None:
    program = (
        "import sys, time; from whodunit.outage.outages import Outages; outages = Outages(sys.argv[1:]); "
        "outages.begin('otel-collector', 60); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, *command]) as runner:
        wait_for((tmp_path / "log").exists)
        runner.kill()
    wait_for(lambda: told(tmp_path)[-1] == "start otel-collector")


def test_an_outage_ends_when_whoever_began_it_is_killed_before_the_program_is_away(
    command: list[str], tmp_path: Path
) -> None:
    (tmp_path / "hold-stop").touch()
    program = (
        "import sys; from whodunit.outage.outages import Outages; Outages(sys.argv[1:]).begin('otel-collector', 60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, *command]) as runner:
        wait_for((tmp_path / "log").exists)
        runner.kill()
    (tmp_path / "hold-stop").unlink()
    wait_for(lambda: told(tmp_path)[-1] == "start otel-collector")


def test_an_outage_ends_when_its_keeper_is_told_to_end(command: list[str], tmp_path: Path) -> None:
    keeper = [sys.executable, "-m", "whodunit.outage.keeper", "60", "otel-collector", "", *command]
    with subprocess.Popen(keeper, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as running:
        wait_for((tmp_path / "log").exists)
        running.terminate()
        assert running.wait(10) == 0
    assert told(tmp_path) == ["stop otel-collector", "start otel-collector"]


def test_what_cannot_be_taken_away_is_said(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "cannot-stop").touch()
    with pytest.raises(LabError, match="otel-collector could not be taken away: "):
        Outages(command).begin("otel-collector", 60)


def test_what_does_not_come_back_is_said_with_the_way_back(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "cannot-start").touch()
    outages = Outages(command)
    outages.begin("otel-collector", 60)
    with pytest.raises(LabError, match="otel-collector did not come back") as error:
        outages.end_all()
    assert "docker compose up" in error.value.hint
    assert told(tmp_path).count("start otel-collector") == 3


def docker(*, runs: bool) -> Shell:
    return lambda arguments, within_s=15.0: Ran(0, f"127.0.0.1:{8080 if runs else 9999}\n")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a compose file, and the usual address."""
    monkeypatch.chdir(tmp_path)
    for name in ("WHODUNIT_URL", "WHODUNIT_PORT", "WHODUNIT_COMPOSE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "docker-compose.yml").touch()
    return tmp_path


def test_docker_is_told_where_it_runs_the_stack(stack: Path) -> None:
    file = str(stack / "docker-compose.yml")
    assert command_here(docker(runs=True), stack) == ["docker", "compose", "--file", file]


def test_another_command_is_told_instead(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODUNIT_COMPOSE", "podman compose")
    assert command_here(docker(runs=False), stack) == ["podman", "compose"]


def test_where_nobody_can_what_to_do_is_said(stack: Path) -> None:
    with pytest.raises(LabError) as error:
        command_here(docker(runs=False), stack)
    assert "on the host" in error.value.hint
    assert error.value.exit_code == 3
