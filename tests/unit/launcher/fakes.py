"""A process factory and a probe without processes, a lab without a shop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from whodunit.faults.board import FaultBoard
from whodunit.lab.api import Lab, create_api
from whodunit.lab.controls import Load
from whodunit.launcher.process_factory import ProcessFactoryError
from whodunit.launcher.program import Program


class FakeFactory:
    """Counts up process ids; a test ends them."""

    pid: int | None = 1

    def __init__(self) -> None:
        self.started: list[str] = []
        self.asked_to_stop: list[str] = []
        self.prepared: list[str] = []
        self.names: dict[int, str] = {}
        self.told: list[str | None] = []
        self.refuse: set[str] = set()
        self.refuses_to_prepare = False
        self.closed = False
        self._ends: dict[int, asyncio.Future[int | None]] = {}

    async def prepare(self, modules: Sequence[str]) -> list[str]:
        if self.refuses_to_prepare:
            raise ProcessFactoryError("the zygote has ended")
        self.prepared += modules
        return []

    async def start(self, program: Program) -> int:
        if program.name in self.refuse:
            raise ProcessFactoryError("no room")
        self.started.append(program.name)
        self.told.append(program.env.get("LAST_EXIT"))
        pid = 1000 + len(self.started)
        self.names[pid] = program.name
        self._ends[pid] = asyncio.get_running_loop().create_future()
        return pid

    async def ended(self, pid: int) -> int | None:
        return await self._ends[pid]

    def ask_to_stop(self, pid: int) -> None:
        self.asked_to_stop.append(self.names[pid])
        self.end(pid, 0)

    def end(self, pid: int, code: int | None) -> None:
        self._ends[pid].set_result(code)

    async def close(self) -> None:
        self.closed = True


class FakeProbe:
    """Says that a program is ready once it is in `ready`."""

    def __init__(self, *ready: Program) -> None:
        self.ready = {program.url for program in ready}

    async def __call__(self, url: str) -> bool:
        await asyncio.sleep(0)
        return url in self.ready


def program(name: str, stage: int = 0, port: int = 0) -> Program:
    port = port or sum(name.encode()) + 1024
    return Program(name, "nowhere:main", port, Path(), Path(f"{name}.log"), stage)


async def until(condition: Callable[[], bool], why: str, within_s: float = 5.0) -> None:
    """Wait for a condition; fails with `why` when the deadline passes."""
    try:
        async with asyncio.timeout(within_s):
            while True:
                if condition():
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"not within {within_s} s: {why}") from None


class FakeLoad:
    """Remembers what is wanted."""

    spec: dict[str, Any] | None = None

    def start(self, spec: dict[str, Any]) -> None:
        self.spec = spec

    def stop(self) -> None:
        self.spec = None

    def state(self) -> Any:
        return None if self.spec is None else {"running": True, "spec": self.spec, "stats": None}


def lab_over(board: FaultBoard, load: Load | None = None, told: Mapping[str, Any] | None = None) -> Starlette:
    """A lab's API without anything behind it but the board, a load, and a status that is `told`."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield

    async def status() -> Any:
        return told or {}

    async def ready() -> bool:
        return True

    lab = Lab(
        mode="lite",
        status=status,
        ready=ready,
        faults=board,
        load=load or FakeLoad(),
        alerts=dict,
        audit=lambda _: {},
        forget=lambda: None,
        shutdown=lambda: None,
    )
    return create_api(lab, lifespan)
