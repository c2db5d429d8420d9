"""The order in which programs start and stop, and what happens when one ends by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.unit.launcher.fakes import FakeFactory, FakeProbe, program, until
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
async def running(factory: FakeFactory, probe: FakeProbe, *programs: Program) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(
        programs, factory, probe, preload=("library",), backoff=lambda: Backoff(first_s=0.01, longest_s=0.04)
    )
    supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


async def test_a_stage_starts_when_the_one_before_it_is_ready() -> None:
    factory, probe = FakeFactory(), FakeProbe()
    async with running(factory, probe, *ALL):
        await until(lambda: factory.started == ["store"], "the store starts first")
        probe.ready |= {STORE.url, ORDER.url}
        await until(lambda: len(factory.started) == 3, "the second stage starts")
        assert set(factory.started[1:]) == {"order", "payment"}
        probe.ready.add(PAYMENT.url)
        await until(lambda: factory.started[-1] == "frontend", "the frontend starts last")


async def test_stops_in_the_opposite_order_and_closes_the_factory() -> None:
    factory = FakeFactory()
    async with running(factory, FakeProbe(*ALL), *ALL) as supervisor:
        await supervisor.started()
    assert (factory.asked_to_stop[0], factory.asked_to_stop[-1]) == ("frontend", "store")
    assert factory.closed
    assert {keeper.state for keeper in supervisor.keepers} == {State.STOPPED}


async def test_what_will_not_stop_keeps_nothing_else_from_stopping() -> None:
    factory = FakeFactory()
    supervisor = Supervisor([STORE, FRONTEND], factory, FakeProbe(STORE, FRONTEND))
    supervisor.start()
    await supervisor.started()
    ask = factory.ask_to_stop

    def ask_unless_frontend(pid: int) -> None:
        ask(pid)
        if factory.names[pid] == "frontend":
            raise PermissionError

    factory.ask_to_stop = ask_unless_frontend  # type: ignore[method-assign]
    with pytest.raises(PermissionError):
        await supervisor.stop()
    assert (factory.asked_to_stop, factory.closed) == (["frontend", "store"], True)


async def test_the_first_stage_is_started_before_the_long_import() -> None:
    factory = FakeFactory()
    async with running(factory, FakeProbe(STORE), STORE) as supervisor:
        await supervisor.started()
    assert factory.prepared == ["library"]


async def test_what_is_run_first_has_ended_before_the_second_stage_starts(caplog: pytest.LogCaptureFixture) -> None:
    factory, ready = FakeFactory(), FakeProbe(STORE, ORDER)
    supervisor = Supervisor([STORE, ORDER], factory, ready, preparations=[program("databases")])
    supervisor.start()
    try:
        await until(lambda: factory.started == ["store", "databases"], "the databases are made")
        await until(lambda: supervisor.keepers[0].state is State.READY, "the store is ready meanwhile")
        assert factory.started == ["store", "databases"]
        factory.end(1002, 1)
        await until(lambda: factory.started[2:] == ["order"], "order starts, and finds what is left to do itself")
    finally:
        await supervisor.stop()
    assert "databases ended with exit code 1" in caplog.messages


async def test_guests_wait_for_what_they_share(caplog: pytest.LogCaptureFixture) -> None:
    factory = FakeFactory()
    supervisor = Supervisor([], factory, FakeProbe(ORDER), preload_for_guests=lambda: ("tools",))
    await supervisor.admit([ORDER], 5.0)
    assert (factory.prepared, factory.started) == (["tools"], ["order"])
    factory.refuses_to_prepare = True
    await supervisor.admit([PAYMENT], 0.0)
    await until(lambda: factory.started == ["order", "payment"], "a zygote that has ended keeps nobody away")
    await supervisor.stop()
    assert "nothing is imported for programs to share: the zygote has ended" in caplog.messages


async def test_a_program_that_ends_is_started_again_and_the_status_says_so() -> None:
    factory = FakeFactory()
    async with running(factory, FakeProbe(ORDER), ORDER) as supervisor:
        keeper = supervisor.keepers[0]
        await until(lambda: keeper.state is State.READY, "ready")
        assert keeper.pid is not None
        factory.end(keeper.pid, -9)
        await until(lambda: len(factory.started) == 2, "started again")
        await until(lambda: keeper.state is State.READY, "ready again")
    assert (keeper.restarts, factory.started) == (1, ["order", "order"])


@pytest.mark.parametrize(
    ("code", "words"),
    [(-9, "killed by SIGKILL"), (3, "exit code 3"), (None, "ended with the process it came from")],
)
async def test_the_reason_of_the_last_end_is_kept_in_words(code: int | None, words: str) -> None:
    factory = FakeFactory()
    async with running(factory, FakeProbe(ORDER), ORDER) as supervisor:
        keeper = supervisor.keepers[0]
        await until(lambda: keeper.pid is not None, "started")
        assert keeper.pid is not None
        factory.end(keeper.pid, code)
        await until(lambda: keeper.last_exit == words, words)
        await until(lambda: factory.told == [None, words], "the next process is told")


async def test_a_program_that_cannot_be_made_is_tried_again() -> None:
    factory = FakeFactory()
    factory.refuse.add("order")
    async with running(factory, FakeProbe(ORDER), ORDER) as supervisor:
        keeper = supervisor.keepers[0]
        await until(lambda: keeper.restarts >= 2, "tried again")
        factory.refuse.clear()
        await until(lambda: keeper.state is State.READY, "ready at last")
    assert keeper.program.name == "order"


async def test_stopping_does_not_wait_for_a_pause_to_pass() -> None:
    factory = FakeFactory()
    factory.refuse.add("order")
    supervisor = Supervisor([ORDER], factory, FakeProbe(), backoff=lambda: Backoff(first_s=3600))
    supervisor.start()
    await until(lambda: supervisor.keepers[0].state is State.BACKING_OFF, "paused")
    await supervisor.stop()
    assert supervisor.keepers[0].state is State.STOPPED


async def test_guests_are_kept_until_they_are_dismissed_and_nobody_else_is() -> None:
    factory, guest = FakeFactory(), program("history-us", stage=1)
    async with running(factory, FakeProbe(ORDER, guest), ORDER) as supervisor:
        await supervisor.started()
        for _ in range(2):
            assert await supervisor.admit([guest], within_s=5) == {}
        assert [keeper.program.name for keeper in supervisor.guests] == ["history-us"]
        assert [keeper.program.name for keeper in supervisor.keepers] == ["order"], "those of an ordinary shop"
        await supervisor.dismiss()
        assert supervisor.guests == []
        assert (factory.started, factory.asked_to_stop) == (["order", "history-us"], ["history-us"])


async def test_a_guest_that_is_not_ready_in_time_is_named_and_stopped_with_the_others() -> None:
    factory, guest = FakeFactory(), program("history-us", stage=1)
    async with running(factory, FakeProbe(ORDER), ORDER) as supervisor:
        await supervisor.started()
        assert await supervisor.admit([guest], within_s=0.05) == {"history-us": None}
        [history] = supervisor.guests
        assert history.pid is not None
        factory.end(history.pid, 1)
        await until(lambda: len(factory.started) == 3, "started again")
        assert await supervisor.admit([guest], within_s=0.05) == {"history-us": "exit code 1"}
    assert factory.asked_to_stop == ["history-us", "order"]


def test_waits_double_up_to_the_longest_and_start_over_after_a_steady_life() -> None:
    backoff = Backoff(first_s=0.5, longest_s=3)
    assert [backoff.after(lived_s=1) for _ in range(5)] == [0.5, 1, 2, 3, 3]
    assert backoff.after(lived_s=60) == 0.5
