"""The command line around the launcher: help, version, errors, the page, when it gives up."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from whodunit.entry.cli import MODULES
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.answers import LabStatus
from whodunit.launcher.page import show
from whodunit.launcher.start import give_up_on_hopeless, is_open
from whodunit.launcher.stop import stop


def whodunit(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "whodunit.entry.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={"WHODUNIT_HOME": str(home), "PATH": "", "NO_COLOR": "1", "COLUMNS": "100"},
        check=False,
    )


@pytest.mark.process
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--version"], 0, "0."),
        (["up", "--help"], 0, "Open the shop"),
        (["down"], 0, "Nothing was running."),
        (["nonsense"], 2, "No such command"),
        (["up", "--nonsense"], 2, "No such option"),
        (["up", "--replace", "inventory=nowhere"], 2, "is no folder."),
        (["status"], 3, "The shop is not running.\nStart it: whodunit up\n"),
        (["status", "--json"], 3, "Start it: whodunit up"),
    ],
)
def test_exit_codes_and_what_is_said(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    found = whodunit(*arguments, home=tmp_path)
    assert (found.returncode, said in found.stdout + found.stderr) == (code, True), found


@pytest.mark.process
@pytest.mark.parametrize("command", ["up", "down", "status", "fault list", "load stop"])
def test_a_damaged_lab_file_is_said_whatever_is_asked(tmp_path: Path, command: str) -> None:
    Home(tmp_path).lab_file.write_text('{"url": "http')
    found = whodunit(*command.split(), home=tmp_path)
    assert (found.returncode, found.stdout.strip()) == (3, "")
    assert found.stderr.startswith(f"{Home(tmp_path).lab_file} is damaged")


@pytest.mark.process
def test_a_state_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = whodunit("up", home=tmp_path / "file" / "home")
    assert found.returncode == 3
    assert "export WHODUNIT_HOME=" in found.stderr


def test_each_command_belongs_to_one_piece() -> None:
    commands = [command for owned in MODULES.values() for command in owned]
    assert len(commands) == len(set(commands))


def test_down_is_harmless_when_nothing_ever_ran(tmp_path: Path) -> None:
    assert stop(Home(tmp_path)) is False


def row(name: str, **changes: Any) -> Any:
    return {
        "name": name,
        "url": f"http://127.0.0.1:80{len(name)}",
        "pid": 7,
        "ready": True,
        "pss_bytes": 40 << 20,
        "state": "ready",
        "restarts": 0,
        "last_exit": None,
        "log": f"/state/logs/{name}.log",
        **changes,
    }


def document(*services: Any) -> LabStatus:
    return {
        "mode": "lite",
        "services": list(services),
        "store": row("store"),
        "load": None,
        "lab": {"url": "http://127.0.0.1:8070", "pid": 3, "pss_bytes": 20 << 20},
        "desk": "http://127.0.0.1:8070/",
        "pss_bytes": None,
        "copies_to": [],
    }


def page(status: LabStatus) -> str:
    console = Console(file=io.StringIO(), width=80)
    show(console, Home(Path("/state")), status)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_page_begins_with_the_address_of_the_shop() -> None:
    text = page(document(row("frontend")))
    assert "Shop open: http://127.0.0.1:808" in text.splitlines()[1]
    assert "whodunit down" in text


def test_the_page_tells_restarts_and_why() -> None:
    crashed = row("order", pid=None, ready=False, state="backing off", restarts=2, last_exit="exit code 1")
    text = " ".join(page(document(row("frontend", ready=False), crashed)).split())
    assert "The shop is not open yet." in text
    assert "frontend http://127.0.0.1:808 7 40 MiB not answering" in text
    assert "backing off, restarted 2x (exit code 1)" in text


def test_the_page_tells_that_the_store_cannot_write() -> None:
    found = document(row("frontend"))
    assert found["store"]
    found["store"].update({"ready": False, "write_error": "No space left on device"})
    text = " ".join(page(found).split())
    assert "store http://127.0.0.1:805 7 40 MiB cannot write" in text
    assert "The store could not write: No space left on device" in text


def test_the_page_tells_what_is_replaced_and_by_what() -> None:
    found = document(row("frontend"))
    found["replaced"] = {"inventory": "/home/me/mine"}
    text = " ".join(page(found).split())
    assert "replaced inventory by /home/me/mine: its faults and remedies do nothing" in text


def test_open_means_that_all_of_it_is_ready() -> None:
    assert is_open(document(row("frontend"), row("order")))
    assert not is_open(document(row("frontend"), row("order", ready=False)))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "order.log"


def ended(log: Path, last_words: str) -> Any:
    log.write_text(f"Starting.\n{last_words}\n")
    return row("order", ready=False, state="backing off", restarts=3, last_exit="exit code 3", log=str(log))


@pytest.mark.parametrize(
    "last_words",
    [
        '{"exception": "sqlite3.OperationalError: database or disk is full\\n[SQL: …"}',
        "OSError: [Errno 28] No space left on device: '/home/lab.json'",
    ],
)
def test_a_full_disk_is_the_one_reason(log: Path, last_words: str) -> None:
    with pytest.raises(LabError) as caught:
        give_up_on_hopeless(Home(log.parent), document(row("frontend"), ended(log, last_words)))
    assert caught.value.message == f"Cannot write to {log.parent}: No space left on device."
    assert (caught.value.hint.split(" or ")[0], caught.value.exit_code) == ("Free some space there", 3)


def test_an_open_shop_whose_store_cannot_write_is_not_waited_for(tmp_path: Path) -> None:
    found = document(row("frontend"))
    assert found["store"]
    found["store"].update({"ready": False, "write_error": "Could not write file: No space left on device"})
    with pytest.raises(LabError, match=f"Cannot write to {tmp_path}"):
        give_up_on_hopeless(Home(tmp_path), found)


def test_any_other_end_is_told_in_the_programs_words(log: Path) -> None:
    with pytest.raises(LabError, match=r"order does not start \(exit code 3\): No such table\.") as caught:
        give_up_on_hopeless(Home(log.parent), document(row("frontend"), ended(log, "No such table.")))
    assert str(log) in caught.value.hint


def test_one_that_still_tries_is_waited_for(log: Path) -> None:
    once = ended(log, "No space left on device") | {"restarts": 1}
    give_up_on_hopeless(Home(log.parent), document(row("frontend"), once))
