"""A process factory that starts a new interpreter for each program."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence

from whodunit.launcher import processes
from whodunit.launcher.child import PROGRAM
from whodunit.launcher.process_factory import ProcessFactoryError
from whodunit.launcher.program import Program


class SpawningFactory:
    """Starts each program in a new interpreter, where forking is not safe."""

    pid: int | None = None

    def __init__(self) -> None:
        self._children: dict[int, asyncio.subprocess.Process] = {}

    async def prepare(self, _modules: Sequence[str]) -> list[str]:
        """Does nothing: interpreters share no imports."""
        return []

    async def start(self, program: Program) -> int:
        """Start an interpreter; the pipe to its standard input is its lifeline.

        The program stands in its environment, as it has secrets: anybody may read a command line.
        """
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "whodunit.launcher.child",
                env={**os.environ, PROGRAM: json.dumps(program.to_json())},
                stdin=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise ProcessFactoryError(str(error)) from error
        self._children[child.pid] = child
        return child.pid

    async def ended(self, pid: int) -> int | None:
        """Wait for the interpreter; returns its exit code."""
        code = await self._children[pid].wait()
        self._children.pop(pid, None)
        return code

    def ask_to_stop(self, pid: int) -> None:
        """Close the lifeline: the one way to an orderly end that every platform has."""
        child = self._children.get(pid)
        if child and child.stdin:
            child.stdin.close()

    async def close(self) -> None:
        """End the processes that still run."""
        for pid in list(self._children):
            self.ask_to_stop(pid)
        await asyncio.to_thread(processes.end, list(self._children))
        for child in self._children.values():
            await child.wait()
