"""A class's place in a lab: its task, which outlives what nobody expected."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.unit.classroom.fakes import FakeMystery
from whodunit.classroom.attending import Seat
from whodunit.classroom.folder import Folder
from whodunit.classroom.lab import LabClassroom
from whodunit.home import Home

pytestmark = pytest.mark.anyio

WITHIN_S = 10.0


class Puzzled(FakeMystery):
    """A mystery whose state nobody gets to know."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def status(self) -> dict[str, Any]:
        self.asked.set()
        raise RuntimeError("It is broken.")


async def test_what_nobody_expected_does_not_end_the_class(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder, mystery = Folder(Home(tmp_path)), Puzzled()
    folder.keep(folder.seat, Seat(address="http://leader", name="Ada", token="of Ada"))
    watching = asyncio.create_task(LabClassroom(Home(tmp_path), mystery).watch())
    async with asyncio.timeout(WITHIN_S):
        await mystery.asked.wait()
    assert not watching.done()
    assert [record.message for record in caplog.records] == ["The class is not served this time."]
    watching.cancel()
    await asyncio.wait({watching})
