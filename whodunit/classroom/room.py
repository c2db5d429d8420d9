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
from whodunit.classroom.schemas import LOOPBACK, USUAL_PORT, Entry, Opening
from whodunit.classroom.telling import told
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home


class Room:
    """The parts of one lab; opening takes up what an earlier lab has left."""

    def __init__(self, home: Home, mystery: Mystery, entry: Entry | None = None) -> None:
        """Without an `entry` the leader chooses where students reach the class."""
        self.folder = Folder(home)
        self.leading = Leading(self.folder, time.time)
        self.attending = Attending(self.folder, mystery, HttpLeader)
        self._entry = entry
        self._listener = Listener(door(self.leading))
        self._trouble = ""

    def resume(self) -> None:
        """Listen again where the earlier lab did; what keeps it from that is told on the class's page."""
        if roll := self.leading.roll:
            try:
                self._listen(roll.wanted)
            except LabError as error:
                self._trouble = f"{error.message} Free it, then: whodunit down; whodunit up"

    def open(self, wanted: Opening) -> None:
        """Open a class; raises LabError when there is one, and when nobody could reach it."""
        if self._entry and (wanted.listen, wanted.port) != (LOOPBACK, USUAL_PORT):
            at = f"The class of this lab is always reached at {self._entry.address}."
            raise WrongUseError(at, "Leave out address and port. For whom that is open is the stack's WHODUNIT_BIND.")
        self.leading.open(wanted)
        try:
            self._listen(wanted)
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
        """The class that this lab leads, its place in one, and its entry if it has one."""
        roll = self.leading.roll
        entry = self._entry.address if self._entry else None
        return {"leads": self._led(roll) if roll else None, "attends": self.attending.told(), "entry": entry}

    def _listen(self, wanted: Opening) -> None:
        at = (self._entry.host, self._entry.port) if self._entry else (wanted.listen, wanted.port)
        self._listener.open(*at)

    def _led(self, roll: Roll) -> dict[str, Any]:
        address = self._entry.address if self._entry else reached_at(roll.wanted.listen, roll.wanted.port)
        return told(roll, address, time.time(), self._trouble)
