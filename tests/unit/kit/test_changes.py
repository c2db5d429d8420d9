"""Work at each turn of a choice: nothing is looked at while nobody switches, and nothing is missed."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.changes import ChangeWatcher
from kit.flags import Flags
from kit.variants import Choice, FixedVariants, Option
from tests.flag_files import reading
from whodunit.faults.board import FaultBoard
from whodunit.home import Home

FAULT = "product-reviews-unindexed"


class Counted:
    """Counts what is asked of `variants`."""

    def __init__(self, variants: Flags) -> None:
        self._variants = variants.operations
        self.asked = 0

    def value(self, flag: str) -> str:
        self.asked += 1
        return self._variants.value(flag)

    def is_static(self, flag: str) -> bool:
        self.asked += 1
        return self._variants.is_static(flag)

    def on_switch(self, listener: Callable[[], None]) -> None:
        self._variants.on_switch(listener)


@pytest.fixture
def board(tmp_path: Path) -> FaultBoard:
    return FaultBoard(Home(tmp_path))


@pytest.fixture
def variants(board: FaultBoard, tmp_path: Path) -> Iterator[Counted]:
    with reading(Home(tmp_path).flags_file) as flags:
        yield Counted(flags)


async def wait_until(changes: ChangeWatcher, choice: Choice[str], expected: str) -> None:
    async with asyncio.timeout(8):
        while choice.look() != expected:
            await changes.next()


@pytest.mark.anyio
async def test_nothing_is_asked_until_somebody_switches(variants: Counted, board: FaultBoard) -> None:
    choice = Choice(variants, "whole", Option(FAULT, "on", "dropped"))
    turn = asyncio.create_task(ChangeWatcher(choice).next())
    await asyncio.wait([turn], timeout=1.2)  # longer than two looks would take
    assert (turn.done(), variants.asked) == (False, 1)
    board.set(FAULT, "on", 60)
    await asyncio.wait_for(turn, 5)
    assert choice.look() == "dropped"


@pytest.mark.anyio
async def test_an_activation_turns_by_the_clock_and_by_hand(variants: Counted, board: FaultBoard) -> None:
    choice = Choice(variants, "whole", Option(FAULT, "on", "dropped"))
    changes = ChangeWatcher(choice)
    board.set(FAULT, "on", 1)
    await wait_until(changes, choice, "dropped")
    await wait_until(changes, choice, "whole")  # over: nobody has written the file again
    assert not choice.is_static
    board.set(FAULT, "on", 60)
    await wait_until(changes, choice, "dropped")
    board.clear(FAULT)
    await wait_until(changes, choice, "whole")
    assert choice.is_static


@pytest.mark.anyio
async def test_variants_that_tell_nobody_are_looked_at() -> None:
    variants = FixedVariants()
    choice = Choice(variants, "whole", Option(FAULT, "on", "dropped"))
    changes = ChangeWatcher(choice)
    variants.values[FAULT] = "on"
    await wait_until(changes, choice, "dropped")
    await asyncio.wait_for(changes.next(), 5)
