"""A student's place in a class: tells the leader how far the mystery is here, begins it when told to, hands in."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from whodunit.classroom.folder import Folder
from whodunit.classroom.schemas import (
    LONGEST_TROUBLE,
    Begin,
    Entering,
    Joined,
    Joining,
    Orders,
    Phase,
    State,
    Whereabouts,
)
from whodunit.errors import LabError, WrongUseError
from whodunit.lab.controls import Json
from whodunit.mystery.handin import HandIn
from whodunit.mystery.schemas import Wanted
from whodunit.strict_yaml.quantities import Strict

logger = logging.getLogger("whodunit.classroom")

ANOTHER_RUNS = "Another mystery runs here. To end it: whodunit mystery reveal"


class Mystery(Protocol):
    """The mystery of this lab."""

    async def status(self) -> Json:
        """The state for a player, as `GET /mystery` tells it."""
        ...

    async def start(self, wanted: Wanted) -> Json:
        """Begin one; raises LabError."""
        ...

    @property
    def handed_in(self) -> HandIn | None:
        """The last answer, with all that was done since."""
        ...


class Leader(Protocol):
    """The leader's lab; everything raises LabError when it is away, and WrongUseError when it refuses."""

    async def join(self, joining: Joining) -> Joined:
        """Join the class."""
        ...

    async def here(self, token: str, where: Whereabouts) -> Orders:
        """Tell how far this student is."""
        ...

    async def hand_in(self, token: str, handed_in: HandIn) -> None:
        """Send an answer."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class Seat(Strict):
    """Where this lab attends, and how far it was when it last told; `mystery` is the class's that was begun here."""

    address: str
    name: str
    token: str
    mystery: str = ""
    where: Whereabouts = Whereabouts()
    sent: str = ""
    phase: Phase = "waiting"


class Attending:
    """At most one class. `leader_at` makes the client for an address."""

    def __init__(self, folder: Folder, mystery: Mystery, leader_at: Callable[[str], Leader]) -> None:
        self._folder, self._mystery, self._leader_at = folder, mystery, leader_at
        self._seat = folder.kept(folder.seat, Seat)
        self._leader = leader_at(self._seat.address) if self._seat else None
        self._trouble = ""  # with the leader
        self._refusal = ""  # of this lab, to begin
        self._turn = asyncio.Lock()  # to join, to leave, and to tell

    async def join(self, entering: Entering) -> None:
        """Take a seat; raises WrongUseError when there is one, or the leader refuses, LabError when he is away."""
        async with self._turn:
            if self._seat:
                raise WrongUseError(f"This lab attends a class at {self._seat.address}.", "First: whodunit class leave")
            leader = self._leader_at(entering.address)
            try:
                joined = await leader.join(Joining(code=entering.code, name=entering.name))
            except LabError:
                await leader.close()
                raise
            self._keep(Seat(address=entering.address, name=entering.name, token=joined.token))
            self._leader, self._trouble, self._refusal = leader, "", ""

    async def leave(self) -> None:
        """Give the seat up; the mystery goes on. Raises WrongUseError without one."""
        async with self._turn:
            if self._seat is None or self._leader is None:
                join = "Join one: whodunit class join ADDRESS CODE --name NAME"
                raise WrongUseError("This lab attends no class.", join)
            self._folder.seat.unlink(missing_ok=True)
            leader, self._seat, self._leader = self._leader, None, None
            await leader.close()

    def told(self) -> Json | None:
        """The seat as its page shows it; None without one."""
        if self._seat is None:
            return None
        where = self._seat.where
        return {
            "address": self._seat.address,
            "name": self._seat.name,
            "phase": self._seat.phase,
            "state": where.state.value,
            "handed_in": bool(self._seat.sent),
            "trouble": self._trouble or where.trouble,
        }

    async def turn(self) -> None:
        """Tell the leader once, and do what comes next; what fails is said in `told`, and tried again."""
        async with self._turn:
            if self._seat and self._leader:
                await self._tell(self._seat, self._leader)

    async def close(self) -> None:
        """Close the connections, and keep the seat."""
        if self._leader:
            await self._leader.close()

    async def _tell(self, seat: Seat, leader: Leader) -> None:
        trouble = ""
        try:
            await self._told_and_done(seat, leader)
        except LabError as error:
            trouble = f"{error.message} {error.hint}"
        if trouble not in ("", self._trouble):
            logger.warning("The leader is not told: %s", trouble)
        self._trouble = trouble

    async def _told_and_done(self, seat: Seat, leader: Leader) -> None:
        where = await self._where(seat)
        orders = await leader.here(seat.token, where)
        seat = self._update(where=where, phase=orders.phase)
        if orders.begin:
            await self._begin(orders.begin)
        handed_in = self._mystery.handed_in
        if handed_in and handed_in.mystery == seat.mystery and handed_in.sealed != seat.sent:
            await leader.hand_in(seat.token, handed_in)
            self._update(sent=handed_in.sealed)

    async def _where(self, seat: Seat) -> Whereabouts:
        """How far this lab is; while another mystery runs, what is known of the class's."""
        told = await self._mystery.status()
        if not told["running"]:
            return self._over(seat, told)
        if told["mystery"] != seat.mystery:
            known = {"mystery": seat.mystery, "busy": True, "trouble": ANOTHER_RUNS}
            return seat.where.model_copy(update=known)
        return Whereabouts(
            state=State.PLAYING,
            mystery=seat.mystery,
            hints=told["hints_used"],
            tries=len(told["mitigations"]),
            seconds_left=told["seconds_left"],
        )

    def _over(self, seat: Seat, told: Json) -> Whereabouts:
        """A revealed mystery is over; one that the lab ended itself, or never got to begin, is waited for again."""
        if not seat.mystery:
            return Whereabouts(trouble=self._refusal)
        why, known = told.get("ended", ""), seat.where.state
        has_begun = known is not State.WAITING or told.get("revealed") == seat.mystery
        if known is not State.REVEALED and (why or not has_begun):
            return Whereabouts(mystery=seat.mystery, trouble=why)
        return seat.where.model_copy(update={"state": State.REVEALED, "busy": False, "trouble": ""})

    async def _begin(self, begin: Begin) -> None:
        """Begin the class's mystery; what keeps it from that is told the next time."""
        wanted = Wanted.model_validate(begin.model_dump())
        if (await self._mystery.status())["running"]:
            return
        # Kept first: a lab that is killed in between knows afterwards that this one is the class's.
        self._update(mystery=begin.hand_in.mystery, sent="")
        try:
            await self._mystery.start(wanted)
            self._refusal = ""
        except LabError as error:
            self._refusal = f"{error.message} {error.hint}"[:LONGEST_TROUBLE]
            self._update(mystery="")

    def _update(self, **changes: object) -> Seat:
        assert self._seat  # noqa: S101 - the callers have looked
        return self._keep(self._seat.model_copy(update=changes))

    def _keep(self, seat: Seat) -> Seat:
        if seat != self._seat:
            self._folder.keep(self._folder.seat, seat)
        self._seat = seat
        return seat
