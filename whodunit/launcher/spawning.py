"""One new interpreter for each program, where forking is not safe."""

import asyncio
import json
import sys
from collections.abc import Sequence

from whodunit.launcher import processes
from whodunit.launcher.nursery import NurseryError
from whodunit.launcher.program import Program


class SpawningNursery:
    """One new interpreter for each program, where forking is not safe."""

    pid: int | None = None

    def __init__(self) -> None:
        self._children: dict[int, asyncio.subprocess.Process] = {}

    async def prepare(self, _modules: Sequence[str]) -> list[str]:
        """Nothing is shared."""
        return []

    async def start(self, program: Program) -> int:
        """Start an interpreter; the pipe to its standard input is its lifeline."""
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "whodunit.launcher.child",
                json.dumps(program.to_json()),
                stdin=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise NurseryError(str(error)) from error
        self._children[child.pid] = child
        return child.pid

    async def ended(self, pid: int) -> int | None:
        """The interpreter's exit code."""
        code = await self._children[pid].wait()
        self._children.pop(pid, None)
        return code

    def ask_to_stop(self, pid: int) -> None:
        """Let go of the lifeline: the one way to an orderly end that every platform has."""
        child = self._children.get(pid)
        if child and child.stdin:
            child.stdin.close()

    async def close(self) -> None:
        """End what is left."""
        await asyncio.to_thread(processes.end, list(self._children))
