"""The order in which programs start and stop, and what happens when one ends by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.unit.launcher.fakes import FakeNursery, FakeProbe, program, until
from whodunit.launcher.backoff import Backoff
from whodunit.launcher.keeper import State
from whodunit.launcher.program import Program
from whodunit.launcher.supervisor import Supervisor

pytestmark = pytest.mark.anyio

STORE, ORDER, PAYMENT, FRONTEND = (
    program("store"),
    program("order", stage=1),
    program("payment", stage=1),
    program("frontend", stage=2),
)
ALL = (STORE, ORDER, PAYMENT, FRONTEND)


@asynccontextmanager
async def running(nursery: FakeNursery, probe: FakeProbe, *programs: Program) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(
        programs, nursery, probe, preload=("library",), backoff=lambda: Backoff(first_s=0.01, longest_s=0.04)
    )
    supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


async def test_a_stage_starts_when_the_one_before_it_is_ready() -> None:
    nursery, probe = FakeNursery(), FakeProbe()
    async with running(nursery, probe, *ALL):
        await until(lambda: nursery.started == ["store"], "the store starts first")
        probe.ready |= {STORE.url, ORDER.url}
        await until(lambda: len(nursery.started) == 3, "the second stage starts")
        assert set(nursery.started[1:]) == {"order", "payment"}
        probe.ready.add(PAYMENT.url)
        await until(lambda: nursery.started[-1] == "frontend", "the frontend starts last")


async def test_stops_in_the_opposite_order_and_lets_the_nursery_go() -> None:
    nursery = FakeNursery()
    async with running(nursery, FakeProbe(*ALL), *ALL) as supervisor:
        await supervisor.started()
    assert (nursery.asked_to_stop[0], nursery.asked_to_stop[-1]) == ("frontend", "store")
    assert nursery.closed
    assert {keeper.state for keeper in supervisor.keepers} == {State.STOPPED}


async def test_what_will_not_stop_keeps_nothing_else_from_stopping() -> None:
    nursery = FakeNursery()
    supervisor = Supervisor([STORE, FRONTEND], nursery, FakeProbe(STORE, FRONTEND))
    supervisor.start()
    await supervisor.started()
    ask = nursery.ask_to_stop

    def ask_unless_frontend(pid: int) -> None:
        ask(pid)
        if nursery.names[pid] == "frontend":
            raise PermissionError

    nursery.ask_to_stop = ask_unless_frontend  # type: ignore[method-assign]
    with pytest.raises(PermissionError):
        await supervisor.stop()
    assert (nursery.asked_to_stop, nursery.closed) == (["frontend", "store"], True)


async def test_the_first_stage_is_started_before_the_long_import() -> None:
    nursery = FakeNursery()
    async with running(nursery, FakeProbe(STORE), STORE) as supervisor:
        await supervisor.started()
    assert nursery.prepared == ["library"]


async def test_a_program_that_ends_is_started_again_and_the_status_says_so() -> None:
    nursery = FakeNursery()
    async with running(nursery, FakeProbe(ORDER), ORDER) as supervisor:
        keeper = supervisor.keepers[0]
        await until(lambda: keeper.state is State.READY, "ready")
        assert keeper.pid is not None
        nursery.end(keeper.pid, -9)
        await until(lambda: len(nursery.started) == 2, "started again")
        await until(lambda: keeper.state is State.READY, "ready again")
    assert (keeper.restarts, nursery.started) == (1, ["order", "order"])


@pytest.mark.parametrize(
    ("code", "words"),
    [(-9, "killed by SIGKILL"), (3, "exit code 3"), (None, "ended with the process it came from")],
)
async def test_the_reason_of_the_last_end_is_kept_in_words(code: int | None, words: str) -> None:
    nursery = FakeNursery()
    async with running(nursery, FakeProbe(ORDER), ORDER) as supervisor:
        keeper = supervisor.keepers[0]
        await until(lambda: keeper.pid is not None, "started")
        assert keeper.pid is not None
        nursery.end(keeper.pid, code)
        await until(lambda: keeper.last_exit == words, words)


async def test_a_program_that_cannot_be_made_is_tried_again() -> None:
    nursery = FakeNursery()
    nursery.refuse.add("order")
    async with running(nursery, FakeProbe(ORDER), ORDER) as supervisor:
        keeper = supervisor.keepers[0]
        await until(lambda: keeper.restarts >= 2, "tried again")
        nursery.refuse.clear()
        await until(lambda: keeper.state is State.READY, "ready at last")
    assert keeper.program.name == "order"


async def test_stopping_does_not_wait_for_a_pause_to_pass() -> None:
    nursery = FakeNursery()
    nursery.refuse.add("order")
    supervisor = Supervisor([ORDER], nursery, FakeProbe(), backoff=lambda: Backoff(first_s=3600))
    supervisor.start()
    await until(lambda: supervisor.keepers[0].state is State.BACKING_OFF, "paused")
    await supervisor.stop()
    assert supervisor.keepers[0].state is State.STOPPED


def test_waits_double_up_to_the_longest_and_start_over_after_a_steady_life() -> None:
    backoff = Backoff(first_s=0.5, longest_s=3)
    assert [backoff.after(lived_s=1) for _ in range(5)] == [0.5, 1, 2, 3, 3]
    assert backoff.after(lived_s=60) == 0.5
