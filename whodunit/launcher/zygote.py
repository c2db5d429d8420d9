"""A process without threads that has the shop's modules imported and forks a service on request.

Lines of JSON come in (`preload`, `start`) and go out (`preloaded`, `started`, `exited`). When the lab's end of
the pipe closes, it stops its children and ends.
"""

import gc
import json
import os
import select
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any, NoReturn

from whodunit.launcher import child
from whodunit.launcher.preload import preload, settle
from whodunit.launcher.program import Program

STOP_WITHIN_S = 9.0
CHUNK = 65536


@dataclass(frozen=True)
class Handle:
    """The lab's end of a zygote: its process and the two pipes."""

    pid: int
    requests: int
    replies: int


def fork() -> Handle:
    """Fork a zygote from this process, which must have no threads."""
    pipes = _Pipes()
    settle()
    pid = os.fork()
    if pid == 0:
        pipes.close_far_ends()
        _Zygote(pipes.requests_in, pipes.replies_out).run()
    pipes.close_near_ends()
    return Handle(pid, pipes.requests_out, pipes.replies_in)


def spawn() -> Handle:
    """Start a zygote in a new interpreter: for a process that has threads by now, and must not fork."""
    pipes = _Pipes()
    ends = (pipes.requests_in, pipes.replies_out)
    for end in ends:
        os.set_inheritable(end, True)
    command = [sys.executable, "-m", "whodunit.launcher.zygote", *map(str, ends)]
    pid = os.posix_spawn(sys.executable, command, os.environ)
    pipes.close_near_ends()
    return Handle(pid, pipes.requests_out, pipes.replies_in)


class _Pipes:
    def __init__(self) -> None:
        self.requests_in, self.requests_out = os.pipe()
        self.replies_in, self.replies_out = os.pipe()

    def close_near_ends(self) -> None:
        os.close(self.requests_in)
        os.close(self.replies_out)

    def close_far_ends(self) -> None:
        os.close(self.requests_out)
        os.close(self.replies_in)


@dataclass
class _Zygote:
    requests: int
    replies: int
    children: dict[int, str] = field(default_factory=dict)
    unread: bytes = b""
    stopping: bool = False

    def run(self) -> NoReturn:
        self._set_up()
        while not self.stopping and self._wait():
            self._reap()
        self._stop_children()
        os._exit(0)

    def _set_up(self) -> None:
        self.lifeline, self.held = os.pipe()
        self.woken, self.wake = os.pipe()
        os.set_blocking(self.wake, False)
        gc.disable()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake, warn_on_full_buffer=False)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _wait(self) -> bool:
        readable, _, _ = select.select([self.requests, self.woken], [], [])
        if self.woken in readable:
            os.read(self.woken, CHUNK)
        return self.requests not in readable or self._read()

    def _read(self) -> bool:
        chunk = os.read(self.requests, CHUNK)
        *lines, self.unread = (self.unread + chunk).split(b"\n")
        for line in lines:
            self._handle(json.loads(line))
        return bool(chunk)

    def _handle(self, request: dict[str, Any]) -> None:
        if request["op"] == "preload":
            self._preload(request["modules"])
        else:
            self._start(Program.from_json(request["program"]))

    def _preload(self, modules: list[str]) -> None:
        begun = time.perf_counter()
        problems = preload(modules)
        self._reply(event="preloaded", seconds=time.perf_counter() - begun, problems=problems)

    def _start(self, program: Program) -> None:
        if threading.active_count() != 1:
            self._reply(event="refused", name=program.name, reason="an import has started a thread")
            return
        # Blocked until the child has its own handler: it must not run the zygote's.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        pid = os.fork()
        if pid == 0:
            self._hand_over()
            child.become(program)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        self.children[pid] = program.name
        self._reply(event="started", name=program.name, pid=pid)

    def _hand_over(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(self.lifeline, child.LIFELINE)
        for end in (self.lifeline, self.held, self.woken, self.wake, self.requests, self.replies):
            os.close(end)
        gc.enable()

    def _reap(self) -> None:
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            name = self.children.pop(pid)
            self._reply(event="exited", name=name, pid=pid, code=os.waitstatus_to_exitcode(status))

    def _reply(self, **event: Any) -> None:
        try:
            os.write(self.replies, json.dumps(event).encode() + b"\n")
        except BrokenPipeError:
            return  # the lab is gone; the end of its requests ends the loop

    def _stop_children(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        while self.children and time.monotonic() < deadline:
            readable, _, _ = select.select([self.woken], [], [], 0.2)
            if readable:
                os.read(self.woken, CHUNK)
            self._reap()
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)


def main() -> None:
    """Entry point of a spawned zygote: the two pipe ends come as arguments."""
    requests, replies = map(int, sys.argv[1:3])
    _Zygote(requests, replies).run()


if __name__ == "__main__":
    main()
