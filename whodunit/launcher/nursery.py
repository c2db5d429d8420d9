"""Where processes come from, as the supervisor sees it: forked from a zygote, or spawned."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from whodunit.launcher import processes, zygote
from whodunit.launcher.program import Program

PRELOAD = "the preloaded modules"
"""Under this name the zygote's answer is waited for; programs have names without blanks."""


class NurseryError(Exception):
    """A process could not be made."""


class Nursery(Protocol):
    """Makes processes and tells when they end."""

    @property
    def pid(self) -> int | None:
        """Of the process that the others are forked from, if there is one."""
        ...

    async def prepare(self, modules: Sequence[str]) -> list[str]:
        """Import what the programs share; returns what went wrong."""
        ...

    async def start(self, program: Program) -> int:
        """Start `program` and return its process id; raises NurseryError."""
        ...

    async def ended(self, pid: int) -> int | None:
        """Wait for the end of a process; its exit code, negative for a signal, None when nobody knows."""
        ...

    def ask_to_stop(self, pid: int) -> None:
        """Ask for an orderly end."""
        ...

    async def close(self) -> None:
        """End what is left."""
        ...


class ForkingNursery:
    """Forks from a zygote; when that is killed, what it forked ends too and a new one is spawned."""

    def __init__(self, handle: zygote.Handle) -> None:
        self._handle: zygote.Handle | None = handle
        self._modules: Sequence[str] = ()
        self._exits: dict[int, asyncio.Future[int | None]] = {}
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Of the zygote."""
        return self._handle.pid if self._handle else None

    async def prepare(self, modules: Sequence[str]) -> list[str]:
        """Have the zygote import `modules`."""
        self._modules = modules
        answer = await self._ask(PRELOAD, {"op": "preload", "modules": list(modules)})
        problems: list[str] = answer["problems"]
        return problems

    async def start(self, program: Program) -> int:
        """Have the zygote fork, after making a new one if it died."""
        async with self._starting:
            if self._handle is None:
                self._handle = zygote.spawn()
                await self.prepare(self._modules)
        answer = await self._ask(program.name, {"op": "start", "program": program.to_json()})
        if answer["event"] != "started":
            raise NurseryError(answer["reason"])
        return int(answer["pid"])

    async def ended(self, pid: int) -> int | None:
        """What the zygote saw of the end of its child."""
        code = await asyncio.shield(self._exits[pid])
        self._exits.pop(pid, None)
        return code

    def ask_to_stop(self, pid: int) -> None:
        """SIGTERM."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    async def close(self) -> None:
        """Let the zygote go; it ends its children."""
        if self._handle and self._listening:
            os.close(self._handle.requests)
            await self._listening

    async def _ask(self, key: str, request: dict[str, Any]) -> dict[str, Any]:
        if self._handle is None:
            raise NurseryError("the zygote has ended")
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(self._handle))
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[key] = answer
        try:
            os.write(self._handle.requests, json.dumps(request).encode() + b"\n")
        except BrokenPipeError as error:
            raise NurseryError("the zygote has ended") from error
        return await answer

    async def _listen(self, handle: zygote.Handle) -> None:
        reader = asyncio.StreamReader()
        pipe = os.fdopen(handle.replies, "rb", buffering=0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        while line := await reader.readline():
            self._note(json.loads(line))
        transport.close()
        await self._mourn(handle)

    def _note(self, event: dict[str, Any]) -> None:
        if event["event"] == "exited":
            self._exits[event["pid"]].set_result(event["code"])
            return
        if event["event"] == "started":
            self._exits[event["pid"]] = asyncio.get_running_loop().create_future()
        answer = self._answers.pop(event.get("name", PRELOAD))
        if not answer.done():  # whoever asked may have given up
            answer.set_result(event)

    async def _mourn(self, handle: zygote.Handle) -> None:
        """The zygote is gone: see its children off, then tell everybody who waits."""
        self._handle = self._listening = None
        with contextlib.suppress(ChildProcessError):
            await asyncio.to_thread(os.waitpid, handle.pid, 0)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(NurseryError("the zygote has ended"))
        self._answers.clear()
        orphans = [pid for pid, ended in self._exits.items() if not ended.done()]
        await asyncio.to_thread(processes.end, orphans)
        for pid in orphans:
            self._exits[pid].set_result(None)


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
