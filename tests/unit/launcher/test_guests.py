"""Programs that run only while visitors need them."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from tests.unit.launcher.fakes import program, until
from whodunit.errors import LabError
from whodunit.lab.client import LOAD_WITHIN_S
from whodunit.launcher.guests import LEAVE_AFTER_S, READY_WITHIN_S, Guests
from whodunit.launcher.program import Program

pytestmark = pytest.mark.anyio

NODES = (program("history-us"), program("history-eu"))


class Host:
    """Remembers who runs; its clock moves by `takes_s` while it admits, and those that leave drain until told."""

    def __init__(self) -> None:
        self.now, self.looked = 100.0, 0
        self.takes_s = 0.0
        self.running: set[str] = set()
        self.late: dict[str, str | None] = {}
        self.told: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.drained = asyncio.Event()
        self.drained.set()

    def clock(self) -> float:
        self.looked += 1
        return self.now

    async def admit(self, programs: Sequence[Program], within_s: float) -> dict[str, str | None]:
        assert within_s < LOAD_WITHIN_S, "whoever starts load waits that long"
        self.told.append(f"admit within {within_s:g} s")
        await asyncio.sleep(0)
        self.running |= {each.name for each in programs}
        self.now += self.takes_s
        self.meanwhile()
        await asyncio.sleep(0)
        return self.late

    async def dismiss(self) -> None:
        self.told.append("dismiss")
        await self.drained.wait()
        self.running.clear()
        self.told.append("dismissed")


async def test_they_run_when_the_invitation_returns_and_leave_a_while_after_the_last_visitor() -> None:
    host = Host()
    guests = Guests(NODES, host, host.clock)
    guests.tick(needed=True)
    assert host.running == set(), "nobody has invited them"
    await asyncio.to_thread(guests.invite)
    assert host.running == {"history-us", "history-eu"}
    for needed, after_s, runs in [
        (True, 5, True),
        (False, LEAVE_AFTER_S - 1, True),
        (True, 1, True),
        (False, LEAVE_AFTER_S, True),
        (False, 1, False),
    ]:
        host.now += after_s
        guests.tick(needed=needed)
        await guests.left()
        assert bool(host.running) is runs, (needed, after_s)
    await asyncio.to_thread(guests.invite)
    assert host.running == {"history-us", "history-eu"}


async def test_nobody_is_let_in_before_they_are_ready() -> None:
    host = Host()
    host.late["history-us"] = None
    with pytest.raises(LabError, match="Not ready within 30 s: history-us") as told:
        await asyncio.to_thread(Guests(NODES, host).invite)
    assert "try again in a moment" in told.value.hint


async def test_one_that_has_ended_is_not_said_to_start_still() -> None:
    host = Host()
    host.late |= {"history-us": None, "history-eu": "exit code 1"}
    with pytest.raises(LabError, match=r"history-us, history-eu\. history-eu ended: exit code 1") as told:
        await asyncio.to_thread(Guests(NODES, host).invite)
    assert "logs/history-eu.log" in told.value.hint
    assert "still start" not in told.value.hint


async def test_late_ones_stay_as_long_as_others_after_each_invitation() -> None:
    host = Host()
    guests = Guests(NODES, host, host.clock)
    host.takes_s, host.late = READY_WITHIN_S, {"history-us": None}
    host.meanwhile = lambda: guests.tick(needed=False)
    for _ in range(2):
        with pytest.raises(LabError):
            await asyncio.to_thread(guests.invite)
        host.now += LEAVE_AFTER_S
        guests.tick(needed=False)
        await guests.left()
        assert host.running, "they still start"
    host.now += 1
    guests.tick(needed=False)
    await guests.left()
    assert not host.running


async def test_who_is_invited_while_others_leave_waits_for_them_and_housekeeping_does_not() -> None:
    host = Host()
    guests = Guests(NODES, host, host.clock)
    await asyncio.to_thread(guests.invite)
    host.now += LEAVE_AFTER_S + 1
    host.drained.clear()
    guests.tick(needed=False)
    await until(lambda: host.told[-1] == "dismiss", "they leave")
    left, looked = asyncio.create_task(guests.left()), host.looked
    again = asyncio.create_task(asyncio.to_thread(guests.invite))
    await until(lambda: host.looked > looked, "waits for its turn")
    host.now += 12
    assert (host.told[1:], left.done()) == (["dismiss"], False)
    host.drained.set()
    await asyncio.gather(again, left)
    assert host.told[1:] == ["dismiss", "dismissed", "admit within 18 s"]
    assert host.running
