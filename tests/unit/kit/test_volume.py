"""A volume takes no more than its size, and says so as a full disk does."""

import errno
from pathlib import Path

import pytest

from kit.volume import BLOCK, Volume


def volume(folder: Path, blocks: int = 4) -> Volume:
    return Volume(folder / "files", lambda: blocks * BLOCK)


def test_files_take_whole_blocks(tmp_path: Path) -> None:
    found = volume(tmp_path)
    found.write("a/1", b"x")
    found.write("a/2", b"x" * (BLOCK + 1))
    assert found.used() == 3 * BLOCK
    assert found.names("a/*") == ["a/1", "a/2"]


def test_a_full_volume_keeps_what_there_was_room_for_and_raises(tmp_path: Path) -> None:
    found = volume(tmp_path)
    found.write("a/1", b"x" * BLOCK)
    with pytest.raises(OSError, match="No space left on device") as raised:
        found.write("a/2", b"x" * 5 * BLOCK)
    assert raised.value.errno == errno.ENOSPC
    assert (tmp_path / "files" / "a" / "2").stat().st_size == 3 * BLOCK
    assert found.used() == found.size


def test_what_is_removed_makes_room(tmp_path: Path) -> None:
    found = volume(tmp_path)
    found.write("a/1", b"x" * 4 * BLOCK)
    with pytest.raises(OSError, match="No space"):
        found.write("a/2", b"x")
    found.remove(["a/1", "a/2", "a/never-there"])
    found.write("a/3", b"x" * 4 * BLOCK)
    assert found.names("*/*") == ["a/3"]


def test_another_process_takes_room_too(tmp_path: Path) -> None:
    volume(tmp_path).write("a/1", b"x" * 3 * BLOCK)
    with pytest.raises(OSError, match="No space"):
        volume(tmp_path).write("a/2", b"x" * 2 * BLOCK)


def test_a_file_that_is_removed_while_files_are_counted_hides_no_other(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"gone-{number}").symlink_to("nowhere")
    (tmp_path / "there").write_bytes(b"x")
    assert Volume(tmp_path, lambda: BLOCK).used() == BLOCK


def test_a_larger_size_counts_at_once(tmp_path: Path) -> None:
    size = [BLOCK]
    found = Volume(tmp_path, lambda: size[0])
    found.write("a/1", b"x")
    size[0] = 2 * BLOCK
    found.write("a/2", b"x")
    assert found.used() == 2 * BLOCK


def test_old_files_are_found(tmp_path: Path) -> None:
    found = volume(tmp_path)
    found.write("a/1", b"x")
    assert found.names("a/*", older_than_s=60) == []
    assert found.names("a/*", older_than_s=-1) == ["a/1"]
