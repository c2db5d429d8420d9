"""What both labs do each second goes on whatever the disk says."""

from pathlib import Path

import pytest

from whodunit.entry.housekeeping import expire
from whodunit.errors import LabError
from whodunit.faults.board import FaultBoard
from whodunit.home import Home


class Refused(FaultBoard):
    """On a disk that fills up once it is there."""

    is_full = False

    def expire(self) -> None:
        if self.is_full:
            raise LabError("The flag file cannot be written: no space is left.", "Make room")


def test_a_full_disk_is_told_and_does_not_end_the_lab(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = Home(tmp_path)
    home.create()
    board = Refused(home)
    board.is_full = True
    expire(board)
    assert caplog.messages == ["The flag file cannot be written: no space is left."]
