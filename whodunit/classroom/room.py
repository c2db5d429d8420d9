"""Composes the class of a lab: what it leads, with its door to the network, and where it attends."""

import time
from typing import Any

from whodunit.classroom.attending import Attending, Mystery
from whodunit.classroom.door import door
from whodunit.classroom.folder import Folder
from whodunit.classroom.leader import HttpLeader
from whodunit.classroom.leading import Leading
from whodunit.classroom.listener import Listener, reached_at
from whodunit.classroom.roll import Roll
from whodunit.classroom.schemas import Opening
from whodunit.classroom.telling import told
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home


class Room:
    """The parts of one lab; opening takes up what an earlier lab has left."""

    def __init__(self, home: Home, mystery: Mystery, *, may_lead: bool = True) -> None:
        """`may_lead` is False where other machines reach no port of this lab's."""
        self.folder = Folder(home)
        self.leading = Leading(self.folder, time.time)
        self.attending = Attending(self.folder, mystery, HttpLeader)
        self._may_lead = may_lead
        self._listener = Listener(door(self.leading))
        self._trouble = ""

    def resume(self) -> None:
        """Listen again where the earlier lab did; what keeps it from that is told on the class's page."""
        if roll := self.leading.roll:
            try:
                self._listener.open(roll.wanted.listen, roll.wanted.port)
            except LabError as error:
                self._trouble = f"{error.message} Free it, then: whodunit down; whodunit up"

    def open(self, wanted: Opening) -> None:
        """Open a class; raises LabError when there is one, and when nobody could reach it."""
        if not self._may_lead:
            raise WrongUseError("The lab of a stack has no port for a class.", "Lead from a lite shop: whodunit up")
        self.leading.open(wanted)
        try:
            self._listener.open(wanted.listen, wanted.port)
        except LabError:
            self.leading.close()
            raise

    async def close(self) -> None:
        """Delete the class, and listen no more; raises WrongUseError without one."""
        self.leading.close()
        self._trouble = ""
        await self._listener.close()

    async def stop(self) -> None:
        """Listen and ask no more, and keep everything."""
        await self.attending.close()
        await self._listener.close()

    def told(self) -> dict[str, Any]:
        """The class that this lab leads, and its place in one."""
        roll = self.leading.roll
        return {"leads": self._led(roll) if roll else None, "attends": self.attending.told()}

    def _led(self, roll: Roll) -> dict[str, Any]:
        address = reached_at(roll.wanted.listen, roll.wanted.port)
        return told(roll, address, time.time(), self._trouble)
