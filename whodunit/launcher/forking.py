"""A process factory that forks from a zygote."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Sequence
from typing import Any

from whodunit.launcher import processes, zygote
from whodunit.launcher.process_factory import ProcessFactoryError
from whodunit.launcher.program import Program

PRELOAD = "the preloaded modules"
"""The key of the answer to `preload` among those awaited; no program's name has spaces."""


class ForkingFactory:
    """Forks from a zygote. When that is killed, its children end too; the next start spawns a new one."""

    def __init__(self, handle: zygote.Handle) -> None:
        self._handle: zygote.Handle | None = handle
        self._modules: Sequence[str] = ()
        self._exits: dict[int, asyncio.Future[int | None]] = {}
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._starting, self._importing = asyncio.Lock(), asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process id of the zygote."""
        return self._handle.pid if self._handle else None

    async def prepare(self, modules: Sequence[str]) -> list[str]:
        """Have the zygote import `modules`, and each that takes its place what was ever asked for."""
        self._modules = tuple(dict.fromkeys((*self._modules, *modules)))
        async with self._importing:
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
            raise ProcessFactoryError(answer["reason"])
        return int(answer["pid"])

    async def ended(self, pid: int) -> int | None:
        """The exit code that the zygote reports; None when the zygote ended first."""
        code = await asyncio.shield(self._exits[pid])
        self._exits.pop(pid, None)
        return code

    def ask_to_stop(self, pid: int) -> None:
        """Send SIGTERM."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    async def close(self) -> None:
        """Close the zygote's pipe and wait until it has stopped its children and ended."""
        if self._handle and self._listening:
            os.close(self._handle.requests)
            await self._listening

    async def _ask(self, key: str, request: dict[str, Any]) -> dict[str, Any]:
        if self._handle is None:
            raise ProcessFactoryError("the zygote has ended")
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(self._handle))
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[key] = answer
        try:
            os.write(self._handle.requests, json.dumps(request).encode() + b"\n")
        except BrokenPipeError as error:
            raise ProcessFactoryError("the zygote has ended") from error
        return await answer

    async def _listen(self, handle: zygote.Handle) -> None:
        reader = asyncio.StreamReader()
        pipe = os.fdopen(handle.replies, "rb", buffering=0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        while line := await reader.readline():
            self._on_event(json.loads(line))
        transport.close()
        await self._on_exit(handle)

    def _on_event(self, event: dict[str, Any]) -> None:
        if event["event"] == "exited":
            self._exits[event["pid"]].set_result(event["code"])
            return
        if event["event"] == "started":
            self._exits[event["pid"]] = asyncio.get_running_loop().create_future()
        answer = self._answers.pop(event.get("name", PRELOAD))
        if not answer.done():  # the caller may have been cancelled
            answer.set_result(event)

    async def _on_exit(self, handle: zygote.Handle) -> None:
        """Reap the zygote, fail the requests that wait for its answers, and end its children."""
        self._handle = self._listening = None
        with contextlib.suppress(ChildProcessError):
            await asyncio.to_thread(os.waitpid, handle.pid, 0)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ProcessFactoryError("the zygote has ended"))
        self._answers.clear()
        orphans = [pid for pid, ended in self._exits.items() if not ended.done()]
        await asyncio.to_thread(processes.end, orphans)
        for pid in orphans:
            self._exits[pid].set_result(None)
