"""Real processes under the supervisor: forked from a zygote, and spawned."""

import asyncio
import inspect
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx
import psutil
import pytest

import tests.unit.launcher.tiny
from tests.unit.launcher.fakes import until
from whodunit.launcher import replacement, zygote
from whodunit.launcher.backoff import Backoff
from whodunit.launcher.forking import ForkingFactory
from whodunit.launcher.keeper import State
from whodunit.launcher.ports import Reservations
from whodunit.launcher.process_factory import ProcessFactory
from whodunit.launcher.processes import Identity, identities, wait_gone
from whodunit.launcher.program import Program
from whodunit.launcher.readiness import HttpProbe
from whodunit.launcher.spawning import SpawningFactory
from whodunit.launcher.supervisor import Supervisor

pytestmark = [pytest.mark.anyio, pytest.mark.process]

TINY = "tests.unit.launcher.tiny"
GRACE_S = 5.0

MakeFactory = Callable[[], ProcessFactory]


class MakeTiny(Protocol):
    """Makes a tiny program."""

    def __call__(self, name: str = "order", function: str = "main") -> Program:
        """One that answers by its name, unless another function of its module is asked for."""
        ...


def forking() -> ProcessFactory:
    return ForkingFactory(zygote.spawn())


@pytest.fixture(params=[forking, SpawningFactory], ids=["forking", "spawning"])
def make_factory(request: pytest.FixtureRequest) -> MakeFactory:
    made: MakeFactory = request.param
    return made


@asynccontextmanager
async def running(factory: ProcessFactory, *programs: Program) -> AsyncIterator[Supervisor]:
    probe = HttpProbe()
    supervisor = Supervisor(programs, factory, probe, preload=("http.server",), backoff=lambda: Backoff(0.05))
    supervisor.start()
    try:
        await until(lambda: all_ready(supervisor), "every program is ready", 20)
        yield supervisor
    finally:
        await supervisor.stop()
        await probe.close()


def all_ready(supervisor: Supervisor) -> bool:
    return all(keeper.state is State.READY for keeper in supervisor.keepers)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[MakeTiny]:
    """Makes programs in the test's folder; their ports are theirs until it ends."""
    with Reservations() as reservations:

        def made(name: str = "order", function: str = "main") -> Program:
            port = reservations.take(21_000 + sum(name.encode()))
            env = {"PORT": str(port), "GREETING": f"from {name}"}
            return Program(name, f"{TINY}:{function}", port, tmp_path, tmp_path / f"{name}.log", env=env)

        yield made


async def ask(program: Program, path: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(program.url + path)).text


async def test_a_program_gets_its_environment_its_folder_and_its_log(
    tmp_path: Path, make_factory: MakeFactory, tiny: MakeTiny
) -> None:
    program = tiny()
    async with running(make_factory(), program) as supervisor:
        pid = supervisor.keepers[0].pid
        assert await ask(program, "/readyz") == "from order"
        assert os.readlink(f"/proc/{pid}/cwd") == str(tmp_path)  # noqa: PTH115 - asked of /proc
        assert "from order" not in " ".join(psutil.Process(pid).cmdline()), "anybody may read it"
    assert told_by(program) == "opening\nclosing\n"


async def test_a_file_in_place_of_a_service_is_ended_as_if_typed_and_sends_its_last(
    tmp_path: Path, make_factory: MakeFactory, tiny: MakeTiny
) -> None:
    source = inspect.getsource(tests.unit.launcher.tiny)
    (tmp_path / "main.py").write_text(f"{source}\nimport atexit\natexit.register(print, 'sent')\nmain()\n")
    program = replace(tiny(), target=replacement.TARGET)
    async with running(make_factory(), program):
        assert await ask(program, "/readyz") == "from order"
    assert told_by(program) == "opening\nclosing\nsent\n"


async def test_why_a_file_in_place_of_a_service_does_not_start_is_in_its_log(
    tmp_path: Path, make_factory: MakeFactory, tiny: MakeTiny
) -> None:
    (tmp_path / "main.py").write_text("import nothing_of_this_name\n")
    program = replace(tiny(), target=replacement.TARGET)
    supervisor = Supervisor([program], make_factory(), HttpProbe(), backoff=lambda: Backoff(0.01))
    supervisor.start()
    await until(lambda: supervisor.keepers[0].restarts > 0, "tried again", 20)
    ended = supervisor.keepers[0].last_exit  # the next one may be told to stop before it fails
    await supervisor.stop()
    assert ended == "exit code 1"
    assert "No module named 'nothing_of_this_name'" in told_by(program)


async def test_stopping_leaves_no_process(make_factory: MakeFactory, tiny: MakeTiny) -> None:
    async with running(make_factory(), tiny(), tiny("payment")) as supervisor:
        pids = [supervisor.factory.pid, *(keeper.pid for keeper in supervisor.keepers)]
        started = identities(pid for pid in pids if pid)
        assert len(started) >= 2
    assert wait_gone(started, GRACE_S) == []


async def test_a_program_that_crashes_runs_again(make_factory: MakeFactory, tiny: MakeTiny) -> None:
    program = tiny()
    async with running(make_factory(), program) as supervisor:
        keeper, before = supervisor.keepers[0], supervisor.keepers[0].pid
        with pytest.raises(httpx.TransportError):
            await ask(program, "/crash")
        await until(lambda: keeper.restarts == 1 and all_ready(supervisor), "ready again", 10)
        assert (keeper.last_exit, keeper.pid != before) == ("exit code 7", True)


async def test_a_killed_program_runs_again(make_factory: MakeFactory, tiny: MakeTiny) -> None:
    async with running(make_factory(), tiny()) as supervisor:
        keeper = supervisor.keepers[0]
        assert keeper.pid
        os.kill(keeper.pid, signal.SIGKILL)
        await until(lambda: keeper.restarts == 1 and all_ready(supervisor), "ready again", 10)
        assert keeper.last_exit == "killed by SIGKILL"


async def test_why_a_program_cannot_start_is_in_its_log(make_factory: MakeFactory, tiny: MakeTiny) -> None:
    program = tiny(function="broken")
    supervisor = Supervisor([program], make_factory(), HttpProbe(), backoff=lambda: Backoff(0.01))
    supervisor.start()
    await until(lambda: supervisor.keepers[0].restarts > 0, "tried again", 10)
    await supervisor.stop()
    assert "RuntimeError: the drawer is empty" in told_by(program)


async def test_a_killed_zygote_is_replaced_and_everything_runs_again(tiny: MakeTiny) -> None:
    programs = [tiny(), tiny("payment")]
    async with running(ForkingFactory(zygote.spawn()), *programs) as supervisor:
        before = {keeper.pid for keeper in supervisor.keepers}
        killed = supervisor.factory.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        await until(
            lambda: all(keeper.restarts == 1 for keeper in supervisor.keepers) and all_ready(supervisor),
            "everything is ready again",
            30,
        )
        assert supervisor.factory.pid not in (None, killed)
        assert before.isdisjoint(keeper.pid for keeper in supervisor.keepers)


async def test_the_zygote_that_takes_its_place_imports_all_that_was_asked_for_at_any_time(tiny: MakeTiny) -> None:
    factory, program = ForkingFactory(zygote.spawn()), tiny()
    async with running(factory, program) as supervisor:
        found = await asyncio.gather(factory.prepare(["wave"]), factory.prepare(["no_module_of_ours"]))
        assert [len(problems) for problems in found] == [0, 1], "each that asks at once gets its own answer"
        assert factory.pid
        os.kill(factory.pid, signal.SIGKILL)
        await until(lambda: supervisor.keepers[0].restarts == 1 and all_ready(supervisor), "ready again", 30)
        assert await ask(program, "/imported/wave") == await ask(program, "/imported/http.server") == "yes"


async def test_programs_end_by_themselves_when_nobody_holds_their_lifeline(tiny: MakeTiny) -> None:
    program = tiny()
    handle = zygote.spawn()
    os.write(handle.requests, json.dumps({"op": "start", "program": program.to_json()}).encode() + b"\n")
    child = Identity.of(json.loads(os.read(handle.replies, 1024))["pid"])
    await until(lambda: "opening" in told_by(program), "the program runs", 10)
    os.kill(handle.pid, signal.SIGKILL)  # and nobody asks the program to stop
    assert wait_gone([child], GRACE_S) == []
    assert told_by(program) == "opening\nclosing\n"
    await asyncio.to_thread(os.waitpid, handle.pid, 0)
    os.close(handle.requests)
    os.close(handle.replies)


async def test_the_zygote_ends_with_its_children_when_the_lab_is_gone(tiny: MakeTiny) -> None:
    handle = zygote.spawn()
    factory = ForkingFactory(handle)
    started = identities([handle.pid, await factory.start(tiny())])
    await factory.close()  # all that the zygote sees of a killed lab: the end of its requests
    assert wait_gone(started, GRACE_S) == []


def told_by(program: Program) -> str:
    return program.log_file.read_text() if program.log_file and program.log_file.exists() else ""
