"""A file is replaced as a whole, or not at all."""

import stat
from pathlib import Path

import pytest

from kit import atomic


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_it_replaces_a_file_and_makes_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file"
    atomic.write_text(file, "first")
    atomic.write_text(file, "sécond")
    assert (file.read_text(encoding="utf-8"), names(file.parent)) == ("sécond", ["file"])


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "file"
    atomic.write_text(file, "first")
    with pytest.raises(UnicodeEncodeError):
        atomic.write_text(file, "\udc80")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        atomic.write_text(tmp_path / "folder", "text")
    assert (file.read_text(encoding="utf-8"), names(tmp_path)) == ("first", ["file", "folder"])


def test_what_is_for_its_owner_alone_stays_so(tmp_path: Path) -> None:
    atomic.write_text(tmp_path / "file", "secret", mode=atomic.OWNER_ONLY)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
