"""Log files of processes that never close them."""

from pathlib import Path

from whodunit.launcher.rotation import rotate


def test_a_log_that_is_too_large_begins_anew_under_its_writers_hand(tmp_path: Path) -> None:
    (tmp_path / "small.log").write_text("few\n")
    with (tmp_path / "order.log").open("ab", buffering=0) as log:
        for letter in b"abc":
            log.write(bytes([letter]) * 20)
            rotate(tmp_path, most_bytes=30)
    found = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert found == {"small.log": "few\n", "order.log": "c" * 20, "order.log.1": "a" * 20 + "b" * 20}


def test_a_full_disk_or_a_folder_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "order.log").write_text("a" * 40)
    (tmp_path / "order.log.1").mkdir()
    rotate(tmp_path, most_bytes=30)
    rotate(tmp_path / "gone")
    assert (tmp_path / "order.log").read_text() == "a" * 40
