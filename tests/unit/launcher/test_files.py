"""The files of the state folder: address, lock, secrets."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.client import LabClient
from whodunit.launcher import labfile, secrets_file
from whodunit.launcher.lock import LabLock
from whodunit.launcher.processes import Identity
from whodunit.launcher.start import Start
from whodunit.launcher.stop import stop
from whodunit.launcher.survivors import of_killed_lab


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


def test_what_the_lab_writes_down_is_what_the_next_one_reads(home: Home) -> None:
    written = labfile.LabFile(Identity(1, 2.5), "http://127.0.0.1:8070", [Identity(3, 4.5)])
    written.write(home)
    assert labfile.read(home) == written


@pytest.mark.parametrize(
    "look", [labfile.read, LabClient.connect, stop, of_killed_lab, lambda home: Start(home).begin()]
)
@pytest.mark.parametrize(
    "content", [b"", b'{"url": "http', b"\xff", b"[]", b"{}", b'{"url": "x", "lab": {"pid": "one"}}']
)
def test_a_damaged_lab_file_is_not_taken_for_none(home: Home, look: Callable[[Home], object], content: bytes) -> None:
    home.lab_file.write_bytes(content)
    with pytest.raises(LabError) as error:
        look(home)
    assert error.value.message.startswith(f"{home.lab_file} is damaged")
    assert (error.value.exit_code, error.value.hint.startswith("Delete it")) == (3, True)
    assert home.lab_file.read_bytes() == content


@pytest.mark.parametrize("processes", ['[{"pid": 1}]', '[{"pid": 1, "started": "long ago"}]', '["1"]', "7"])
def test_processes_that_cannot_be_told_are_damage(home: Home, processes: str) -> None:
    home.lab_file.write_text(f'{{"url": "x", "lab": {{"pid": 1, "started": 2.5}}, "processes": {processes}}}')
    with pytest.raises(LabError, match="damaged"):
        labfile.read(home)


def test_a_write_that_fails_leaves_the_old_file_and_says_what_to_do(home: Home) -> None:
    folder = home.path / "taken"
    folder.mkdir()
    with pytest.raises(LabError) as error:
        home.keep(folder, "text")
    assert "WHODUNIT_HOME" in error.value.hint
    assert [file.name for file in home.path.iterdir() if file.name.startswith(".taken")] == []


def test_a_state_folder_that_cannot_be_made_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LabError) as error:
        Home(tmp_path / "file" / "home").create()
    assert (error.value.exit_code, "WHODUNIT_HOME" in error.value.hint) == (3, True)


@pytest.mark.process
def test_a_state_folder_in_which_the_store_could_not_work_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"reads \? as the end of a path"):
        Home(tmp_path / "what?").create()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("look", [labfile.read, LabClient.connect, stop])
def test_a_lab_of_another_user_is_not_taken_for_none(
    home: Home, look: Callable[[Home], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)  # root may read everything
    with pytest.raises(LabError, match=r"Cannot read .*lab\.json: Permission denied"):
        look(home)


@pytest.mark.process
def test_only_one_lab_holds_the_lock_and_it_leaves_no_file(home: Home) -> None:
    lock = LabLock(home)
    assert not _another_process_gets_the_lock(home)
    lock.release()
    assert not home.lock_file.exists()
    assert _another_process_gets_the_lock(home)


def _another_process_gets_the_lock(home: Home) -> bool:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            LabLock(home)
            os.write(writer, b"1")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        return answers.read() == b"1"


def test_secrets_are_made_once_kept_and_for_the_owner_alone(home: Home) -> None:
    first = secrets_file.load_or_make(home)
    assert secrets_file.load_or_make(home) == first
    assert len(first["SESSION_SECRET"]) >= 32
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600
