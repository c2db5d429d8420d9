"""A class's place in a lab: its task, which outlives what nobody expected, and what it costs a lab without one."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.classroom.fakes import FakeMystery
from whodunit.classroom.attending import Seat
from whodunit.classroom.folder import Folder
from whodunit.classroom.lab import LabClassroom
from whodunit.classroom.leading import Leading
from whodunit.classroom.schemas import Opening
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


ASK = """
import asyncio, sys, httpx
from pathlib import Path
from starlette.applications import Starlette
from whodunit.classroom.lab import LabClassroom
from whodunit.home import Home

async def ask():
    app = Starlette(routes=LabClassroom(Home(Path(sys.argv[1])), None).routes)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab") as http:
        print((await http.get("/classroom")).json(), "whodunit.classroom.room" in sys.modules)

asyncio.run(ask())
"""


@pytest.mark.process
def test_a_class_that_is_over_costs_later_labs_nothing(tmp_path: Path) -> None:
    leading = Leading(Folder(Home(tmp_path)), lambda: 1.0)
    leading.open(Opening())
    leading.close()
    assert Home(tmp_path).class_dir.exists()
    done = subprocess.run([sys.executable, "-c", ASK, str(tmp_path)], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "{'leads': None, 'attends': None, 'entry': None} False"
