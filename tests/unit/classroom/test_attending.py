"""A student's lab: what it tells the leader, and what it does when told."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.unit.classroom.fakes import RIGHT, FakeMystery
from whodunit.classroom.attending import ANOTHER_RUNS, Attending
from whodunit.classroom.folder import Folder
from whodunit.classroom.leading import MOST_BEGUN, Leading
from whodunit.classroom.schemas import Begin, Entering, Joined, Joining, Opening, Orders, State, Whereabouts
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.mystery.handin import HandIn, as_text
from whodunit.mystery.plan import hand_in_key
from whodunit.mystery.schemas import Wanted

pytestmark = pytest.mark.anyio

ENTERING = Entering(address="http://leader", code="code", name="Ada")


class ScriptedLeader:
    """A leader who says what a test has written down."""

    def __init__(self) -> None:
        self.phase = "waiting"
        self.heard: list[Whereabouts] = []
        self.handed_in: list[HandIn] = []
        self.is_away = False
        self.meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None
        """It is done while an answer arrives, or as soon as that lets it."""

        self.done: set[asyncio.Task[None]] = set()

    async def join(self, joining: Joining) -> Joined:
        return Joined(token=f"of {joining.name}")

    async def here(self, token: str, where: Whereabouts) -> Orders:
        if self.is_away:
            raise LabError("No class answers.", "Wait.")
        assert token == "of Ada"
        self.heard.append(where)
        begins = self.phase == "running" and where.state is State.WAITING and not where.busy
        begin = Begin(level=None, seed=7, minutes=30, hand_in=hand_in_key("sesame")) if begins else None
        return Orders.model_validate({"phase": self.phase, "begin": begin})

    async def hand_in(self, token: str, handed_in: HandIn) -> None:
        self.handed_in.append(handed_in)
        if self.meanwhile:
            self.done = {asyncio.create_task(self.meanwhile())}
            await asyncio.wait(self.done, timeout=0.02)

    async def close(self) -> None:
        """Nothing to close."""


class Led:
    """A leader's lab that is reached without a network, unless it is deaf."""

    def __init__(self, leading: Leading) -> None:
        self._leading, self.is_deaf = leading, False

    async def join(self, joining: Joining) -> Joined:
        return self._leading.join(joining)

    async def here(self, token: str, where: Whereabouts) -> Orders:
        if self.is_deaf:
            raise LabError("No class answers.", "Wait.")
        return await self._leading.here(self._leading.known(token), where)

    async def hand_in(self, token: str, handed_in: HandIn) -> None:
        self._leading.send(self._leading.known(token), as_text(handed_in))

    async def close(self) -> None:
        """Nothing to close."""


class Desk:
    """A student's place, and the leader at the other end."""

    def __init__(self, home: Path) -> None:
        self.folder, self.leader, self.mystery = Folder(Home(home)), ScriptedLeader(), FakeMystery()
        self.attending = self.again()

    def again(self) -> Attending:
        """As after a restart of the lab."""
        return Attending(self.folder, self.mystery, lambda _: self.leader)

    async def turn(self) -> Whereabouts:
        await self.attending.turn()
        return self.leader.heard[-1]

    async def begin(self) -> None:
        await self.attending.join(ENTERING)
        self.leader.phase = "running"
        await self.turn()

    @property
    def trouble(self) -> str:
        told = self.attending.told()
        assert told
        return str(told["trouble"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_the_mystery_begins_when_the_leader_starts_it_and_only_then(desk: Desk) -> None:
    await desk.attending.join(ENTERING)
    await desk.turn()
    assert desk.mystery.started == []
    desk.leader.phase = "running"
    await desk.turn()
    assert (await desk.turn()).state is State.PLAYING
    assert [wanted.seed for wanted in desk.mystery.started] == [7]


async def test_the_leader_hears_of_hints_and_tries_and_of_nothing_found(desk: Desk) -> None:
    await desk.begin()
    desk.mystery.does(hints=2, tries=3)
    desk.mystery.answers(RIGHT)
    heard = await desk.turn()
    assert (heard.hints, heard.tries, heard.seconds_left) == (2, 3, 600.0)
    assert RIGHT.component not in heard.model_dump_json()


async def test_an_answer_is_sent_once_and_again_when_it_changes(desk: Desk) -> None:
    await desk.begin()
    desk.mystery.answers(RIGHT)
    for _ in range(3):
        await desk.turn()
    desk.mystery.does(hints=1)
    desk.mystery.answers(RIGHT)
    await desk.turn()
    assert [each.hints for each in desk.leader.handed_in] == [0, 1]


async def test_an_answer_that_was_revealed_at_once_is_sent_all_the_same(desk: Desk) -> None:
    await desk.begin()
    desk.mystery.answers(RIGHT)
    desk.mystery.ends()
    assert (await desk.turn()).state is State.REVEALED
    assert len(desk.leader.handed_in) == 1
    assert len(desk.mystery.started) == 1


async def test_a_mystery_that_the_lab_ended_is_begun_again(desk: Desk) -> None:
    await desk.begin()
    desk.mystery.ends("payment was not ready for 10 s")
    assert (await desk.turn()).trouble == "payment was not ready for 10 s"
    assert len(desk.mystery.started) == 2


async def test_a_lab_that_is_killed_while_it_begins_waits_for_the_mystery_again(desk: Desk) -> None:
    await desk.attending.join(ENTERING)
    desk.leader.phase = "running"
    desk.mystery.kills = True
    with pytest.raises(KeyboardInterrupt):
        await desk.turn()
    desk.mystery.kills, desk.attending = False, desk.again()
    assert (await desk.turn()).state is State.WAITING
    assert (await desk.turn()).state is State.PLAYING
    desk.mystery.ends()
    assert (await desk.turn()).state is State.REVEALED


async def test_another_mystery_is_left_alone_and_the_leader_told(desk: Desk) -> None:
    await desk.mystery.start(Wanted(seed=1))
    await desk.begin()
    assert (await desk.turn()).trouble == ANOTHER_RUNS
    assert len(desk.mystery.started) == 1
    desk.mystery.ends()
    await desk.turn()
    assert len(desk.mystery.started) == 2


async def test_an_answer_is_taken_after_another_mystery_was_played_for_a_while(desk: Desk) -> None:
    leading = Leading(desk.folder, lambda: 1000.0)
    leading.open(Opening(seed=7))
    led = Led(leading)
    desk.attending = Attending(desk.folder, desk.mystery, lambda _: led)
    await desk.attending.join(Entering(address="http://leader", code=leading.led.code, name="Ada"))
    leading.start()
    for _ in range(2):
        await desk.attending.turn()
    desk.mystery.answers(RIGHT)
    led.is_deaf = True
    desk.mystery.ends()
    await desk.attending.turn()
    led.is_deaf = False
    sealed = desk.mystery.handed_in
    await desk.mystery.start(Wanted(seed=1))
    for _ in range(MOST_BEGUN + 1):
        await desk.attending.turn()
    ada = leading.led.students[0]
    assert sealed
    assert (ada.mysteries, ada.where.trouble) == ((sealed.mystery,), ANOTHER_RUNS)
    leading.send(ada, as_text(sealed))
    assert [each.mystery for each in leading.led.hand_ins] == [sealed.mystery]


async def test_a_lab_that_cannot_begin_says_why_and_tries_again(desk: Desk) -> None:
    desk.mystery.refusal = LabError("The disk is full.", "Free some space.")
    await desk.begin()
    assert (await desk.turn()).trouble == "The disk is full. Free some space."
    desk.mystery.refusal = None
    await desk.turn()
    heard = await desk.turn()
    assert (heard.state, heard.trouble) == (State.PLAYING, "")


async def test_a_leader_who_is_away_is_told_as_soon_as_he_is_back(desk: Desk) -> None:
    await desk.begin()
    desk.leader.is_away = True
    desk.mystery.answers(RIGHT)
    await desk.attending.turn()
    assert desk.trouble == "No class answers. Wait."
    desk.leader.is_away = False
    await desk.turn()
    assert (desk.trouble, len(desk.leader.handed_in)) == ("", 1)


async def test_a_lab_that_starts_again_keeps_its_seat(desk: Desk) -> None:
    await desk.begin()
    desk.attending = desk.again()
    assert (await desk.turn()).state is State.PLAYING
    with pytest.raises(WrongUseError, match="attends a class"):
        await desk.attending.join(ENTERING)


async def test_a_seat_that_was_given_up_is_gone(desk: Desk) -> None:
    await desk.begin()
    await desk.attending.leave()
    await desk.attending.turn()
    assert desk.attending.told() is desk.again().told() is None
    with pytest.raises(WrongUseError, match="attends no class"):
        await desk.attending.leave()


async def test_a_seat_may_be_given_up_while_an_answer_is_on_its_way(desk: Desk) -> None:
    await desk.begin()
    desk.mystery.answers(RIGHT)
    desk.leader.meanwhile = desk.attending.leave
    await desk.turn()
    await asyncio.gather(*desk.leader.done)
    assert desk.attending.told() is desk.again().told() is None


async def test_the_trouble_of_one_class_is_none_of_the_next(desk: Desk) -> None:
    desk.mystery.refusal = LabError("The disk is full.", "Free some space.")
    await desk.begin()
    await desk.attending.leave()
    desk.leader.phase = "waiting"
    await desk.attending.join(ENTERING)
    assert (await desk.turn()).trouble == ""
