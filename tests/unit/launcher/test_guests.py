"""Programs that run only while visitors need them."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.unit.launcher.fakes import program
from whodunit.errors import LabError
from whodunit.lab.client import LOAD_WITHIN_S
from whodunit.launcher.guests import LEAVE_AFTER_S, Guests
from whodunit.launcher.program import Program

pytestmark = pytest.mark.anyio

NODES = (program("history-us"), program("history-eu"))


class Host:
    """Remembers who runs."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.late: dict[str, str | None] = {}

    async def admit(self, programs: Sequence[Program], within_s: float) -> dict[str, str | None]:
        assert within_s < LOAD_WITHIN_S, "whoever starts load waits that long"
        await asyncio.sleep(0)
        self.running |= {each.name for each in programs}
        return self.late

    async def dismiss(self) -> None:
        self.running.clear()


async def test_they_run_when_the_invitation_returns_and_leave_a_while_after_the_last_visitor() -> None:
    host, now = Host(), [100.0]
    guests = Guests(NODES, host, lambda: now[0])
    await guests.tick(needed=True)
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
        now[0] += after_s
        await guests.tick(needed=needed)
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
