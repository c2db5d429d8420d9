"""Jobs are started at a service's word, one process of each at a time."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from whodunit.launcher.jobs import Jobs
from whodunit.launcher.plan import JOBS_PATH
from whodunit.launcher.process_factory import ProcessFactoryError
from whodunit.launcher.program import Program

pytestmark = pytest.mark.anyio


class Factory:
    """Starts processes that end when the test says so."""

    pid = None

    def __init__(self) -> None:
        self.started: list[str] = []
        self.end = asyncio.Event()
        self.refuses = False

    async def prepare(self, modules: object) -> list[str]:
        return []

    async def start(self, program: Program) -> int:
        if self.refuses:
            raise ProcessFactoryError("no more processes")
        self.started.append(program.name)
        return len(self.started)

    async def ended(self, pid: int) -> int | None:
        await self.end.wait()
        return 0

    def ask_to_stop(self, pid: int) -> None:
        """Nothing is asked."""

    async def close(self) -> None:
        """Nothing is open."""


async def post(factory: Factory, *names: str) -> list[int]:
    program = Program("nightly", "module:function", 0, Path(), Path("log"))
    app = Starlette(routes=Jobs({"nightly": program}, factory).routes)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab") as lab:
        codes = []
        for name in names:
            if name == "end":
                factory.end.set()
            else:
                codes.append((await lab.post(f"{JOBS_PATH}/{name}")).status_code)
            for _ in range(3):  # jobs begin and end beside the requests
                await asyncio.sleep(0)
        return codes


async def test_a_job_runs_once_at_a_time() -> None:
    factory = Factory()
    assert await post(factory, "nightly", "nightly", "nightly") == [202, 202, 202]
    assert factory.started == ["nightly"]


async def test_a_job_that_was_asked_for_while_it_ran_runs_once_more() -> None:
    factory = Factory()
    assert await post(factory, "nightly", "nightly", "nightly", "end") == [202, 202, 202]
    assert factory.started == ["nightly"] * 2


async def test_a_job_that_has_ended_can_be_asked_for_again() -> None:
    factory = Factory()
    assert await post(factory, "nightly", "end", "nightly") == [202, 202]
    assert factory.started == ["nightly"] * 2


async def test_nobody_knows_another_job() -> None:
    assert await post(Factory(), "weekly") == [404]


async def test_a_job_that_cannot_be_started_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    factory = Factory()
    factory.refuses = True
    assert await post(factory, "nightly", "end", "nightly", "end") == [202, 202]
    assert caplog.messages == ["nightly cannot be started: no more processes"] * 2
