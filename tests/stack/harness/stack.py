"""The whole stack as processes: started in the order of the compose file, with a handle on each program."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

from kit.release import REPLACED
from tests.stack.harness import compose, control
from tests.stack.harness.addresses import ENTRY_PORT, FIRST_PORT, Addresses
from tests.stack.harness.compose import Container
from tests.stack.harness.places import Places
from tests.stack.harness.postgres import Postgres
from tests.stack.harness.process import Process
from tests.stack.harness.programs import POSTGRES_PORT, launch, postgres
from tests.stack.harness.readiness import is_ready
from whodunit.launcher.ports import Reservations
from whodunit.telemetry.composition import of_stack
from whodunit.telemetry.stack.adapter import StackTelemetry

CHECKOUT = Path(__file__).parents[3]
LEFT_OUT = frozenset({"grafana"})
"""Grafana is not to be had as a Go module. Its address stays as it is: a name that nobody has."""

POSTGRES = "postgres"
READY_WITHIN_S = 120.0
COMMAND_WITHIN_S = 600.0
KEEP_EVERY_S = 0.2


class StackError(Exception):
    """The stack did not start; the message has the last words of the program to blame."""


class NativeStack:
    """Programs by the names they have in the compose file. State is in one folder, and survives `stop`."""

    def __init__(self, state: Path, reservations: Reservations, **variables: str) -> None:
        self.state = state
        entry_port = reservations.take(FIRST_PORT)
        self.entry_url = f"http://127.0.0.1:{entry_port}"
        self._values = compose.native(CHECKOUT / ".env", **{ENTRY_PORT: str(entry_port), **variables})
        found = self._read()
        self.containers = {each.name: each for each in found if each.name not in LEFT_OUT}
        self.addresses = Addresses(self.containers, reservations)  # the name of what is left out leads nowhere
        for each in found:
            for port in each.published:
                self.addresses.assign(each.name, port, entry_port)
        self._places = {
            each.name: Places(each.mounts, CHECKOUT, state / "volumes", state / "work" / each.name) for each in found
        }
        self.compose_command = ""
        """What stops and starts a program by name, for other processes; set while somebody listens."""
        self._processes: dict[str, Process] = {}
        self._ready: set[str] = set()

    def __getitem__(self, name: str) -> Process:
        """The process of a container."""
        return self._processes[name]

    def start(self, names: Sequence[str] = (), within_s: float = READY_WITHIN_S) -> float:
        """Start these and what they wait for (all without names); seconds until all are ready. Raises StackError."""
        began = monotonic()
        waiting = self._with_conditions(names or list(self.containers))
        started: set[str] = set()
        while waiting - self._ready:
            for name in sorted(waiting - started):
                if self._may_start(name, started):
                    self._launch(name)
                    started.add(name)
            self._look_at(started)
            if monotonic() > began + within_s:
                raise StackError(self._complaint(waiting - self._ready, f"not ready within {within_s:g} s"))
            sleep(0.05)
        return monotonic() - began

    def stop(self) -> None:
        """Everything, those last that others waited for."""
        ranks = {name: len(self._with_conditions([name])) for name in self._processes}
        with ExitStack() as ends:
            ends.callback(self._ready.clear)
            ends.callback(self._processes.clear)
            for rank in sorted(set(ranks.values())):
                side_by_side = [self._processes[name] for name in ranks if ranks[name] == rank]
                for step in (Process.wait_stopped, Process.ask_to_stop):
                    for process in side_by_side:
                        ends.callback(step, process)

    def restart(self, name: str) -> None:
        """Start a program again, in order if it still runs; returns when it is ready. Raises StackError."""
        self[name].stop()
        self._ready.discard(name)
        self.start([name])

    def recreate(self, name: str, variables: Mapping[str, str]) -> None:
        """Start a program anew as the compose file has it with these variables, but for those in `.env`.

        Raises StackError.
        """
        self.containers[name] = next(each for each in self._read(**variables) if each.name == name)
        self._processes.pop(name).stop()
        self._ready.discard(name)
        self.start([name])

    def keep(self, over: Event) -> None:
        """Start again whatever asks for it as it ends, as the compose file's `restart: on-failure` does."""
        while not over.wait(KEEP_EVERY_S):
            for process in list(self._processes.values()):
                if process.exit_code == REPLACED:
                    process.start()

    def url(self, name: str, port: int, path: str = "") -> str:
        """Where a container's port is reached, past the entry."""
        return self.addresses.url(name, port, path)

    @property
    def log_store(self) -> str:
        """The container that keeps the log records."""
        return next(name for name in ("loki", "store") if name in self.containers)

    def telemetry(self) -> StackTelemetry:
        """What the stack answers to the lab's questions, through the entry."""
        return of_stack(self.entry_url, in_store=self.log_store == "store")

    def memory_bytes(self) -> dict[str, int]:
        """Proportional set size of each program."""
        return {name: process.memory_bytes() for name, process in self._processes.items()}

    def rows(self, database: str, statement: str) -> list[str]:
        """What PostgreSQL's superuser finds, one line for each row."""
        return self._server().rows(database, self.addresses.port(POSTGRES, POSTGRES_PORT), statement)

    def whodunit(self, *arguments: str, check: bool = True) -> str:
        """What `whodunit …` prints about this stack; raises CalledProcessError when it does not exit with 0."""
        home = {"WHODUNIT_HOME": str(self.state / "home"), "WHODUNIT_URL": self.entry_url, "WHODUNIT_TARGET": "stack"}
        home |= {"WHODUNIT_COMPOSE": self.compose_command}
        done = subprocess.run(
            [str(Path(sys.executable).with_name("whodunit")), *arguments],
            env=os.environ | home,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            timeout=COMMAND_WITHIN_S,
        )
        if check:
            done.check_returncode()
        return done.stdout

    def json(self, *arguments: str, check: bool = True) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.whodunit(*arguments, "--json", check=check))

    def _read(self, **variables: str) -> list[Container]:
        # Of those that stand in for each other one is chosen; it goes by the name that others know.
        found = compose.read(CHECKOUT / "docker-compose.yml", variables | self._values)
        return [replace(each, name=each.host) for each in found]

    def _with_conditions(self, names: Sequence[str]) -> set[str]:
        found: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name in self.containers and name not in found:
                found.add(name)
                todo += self.containers[name].after
        return found

    def _may_start(self, name: str, started: set[str]) -> bool:
        conditions = {each: how for each, how in self.containers[name].after.items() if each in self.containers}
        return all(each in (self._ready if how == "service_healthy" else started) for each, how in conditions.items())

    def _launch(self, name: str) -> None:
        if name in self._ready:
            return
        container, places, folder = self.containers[name], self._places[name], self.state / "work" / name
        if name not in self._processes:
            places.make_volumes()
            folder.mkdir(parents=True, exist_ok=True)
            logs = self.state / "logs"
            logs.mkdir(exist_ok=True)
            how = launch(container, self.addresses, places, folder)
            self._processes[name] = Process(name, how, logs / f"{name}.log")
            if name == POSTGRES:
                self._server().initialise()
        self._processes[name].start()

    def _look_at(self, started: set[str]) -> None:
        for name in started - self._ready:
            if self._processes[name].exit_code is not None:
                raise StackError(self._complaint({name}, f"ended with {self._processes[name].exit_code}"))
            if self._is_ready(self.containers[name]):
                self._ready.add(name)

    def _is_ready(self, container: Container) -> bool:
        if container.name != POSTGRES:
            return is_ready(container, self.addresses)
        return self._server().is_ready(self.addresses.port(POSTGRES, POSTGRES_PORT))

    def _server(self) -> Postgres:
        return postgres(self.containers[POSTGRES], self._places[POSTGRES], self.state / "work" / POSTGRES)

    def _complaint(self, names: set[str], what: str) -> str:
        words = [f"{name}: {self._processes[name].last_words()}" for name in sorted(names) if name in self._processes]
        return "\n".join([f"{', '.join(sorted(names))}: {what}", *words])


@contextmanager
def native_stack(**variables: str) -> Iterator[NativeStack]:
    """A stack of its own, not started yet, gone at the end. `variables` go before those in `.env`."""
    with TemporaryDirectory(prefix="whodunit-stack-") as folder, Reservations() as reservations:
        state = Path(folder)
        state.chmod(0o755)  # PostgreSQL runs as somebody else
        stack, over = NativeStack(state, reservations, **variables), Event()
        keeper = Thread(target=stack.keep, args=(over,))
        switches: dict[str, control.Switch] = {
            "stop": lambda name, _: stack[name].stop(),
            "start": lambda name, _: stack.restart(name),
            "up": stack.recreate,
        }
        with control.listening(switches) as stack.compose_command, ExitStack() as ends:
            keeper.start()
            for end in (stack.stop, keeper.join, over.set):
                ends.callback(end)
            yield stack
