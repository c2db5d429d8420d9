"""The work of each second: a lab ends what has had its time, and a lite one itself once its file is gone."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from whodunit.errors import LabError
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.launcher import labfile
from whodunit.launcher.rotation import rotate

EVERY_S = 1.0
ROTATE_EACH = 10
"""Turns, so that an idle lab does not look at each log file every second."""

logger = logging.getLogger("whodunit.launcher")


def expire(board: FaultBoard) -> None:
    """End the faults whose time is over; where the disk refuses, say so, and try again a turn later."""
    try:
        board.expire()
    except LabError as error:  # a full disk: the fault has ended in the services all the same
        logger.error("%s", error.message)  # noqa: TRY400 - the message says it all


@dataclass(frozen=True)
class Housekeeping:
    """That of a lite lab: `tick` ends guests whom nobody visits, `end` the lab."""

    home: Home
    board: FaultBoard
    tick: Callable[[], object]
    end: Callable[[], object]

    async def go_on(self) -> None:
        """Keep house until cancelled, or until the lab has to end."""
        for turn in count(1):
            await asyncio.sleep(EVERY_S)
            if labfile.is_gone(self.home):
                self.end()
                return
            self.tick()
            expire(self.board)
            if turn % ROTATE_EACH == 0:
                await asyncio.to_thread(rotate, self.home.logs_dir)
