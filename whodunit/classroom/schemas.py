"""The bodies that pass between a student's lab and its leader's, and those of the lab's own routes of a class."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from whodunit.legible import one_line
from whodunit.mystery.schemas import LONGEST_MIN, SHORTEST_MIN, USUAL_MIN, HandInKey

LOOPBACK = "127.0.0.1"
USUAL_PORT = 8079
LONGEST_NAME = 40
LONGEST_TROUBLE = 400
STAGED_WITHIN_S = 60
"""Before a mystery's time begins, it is staged."""


def _legible(name: str) -> str:
    shown = " ".join(one_line(name).split())
    if not shown:
        raise ValueError("a name needs a letter that can be seen")
    return shown


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_legible)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Entry:
    """The one way to the class of a lab behind a proxy: it listens at `host` and `port`, students type `address`."""

    host: str
    port: int
    address: str


class Opening(_Body):
    """`POST /classroom`: which mystery everybody gets, and where the leader listens. Level and seed as at a mystery."""

    level: int | None = Field(None, ge=1, le=3)
    seed: int | None = Field(None, ge=0)
    minutes: float = Field(USUAL_MIN, ge=SHORTEST_MIN, le=LONGEST_MIN)
    leader: str = Field("", max_length=200)
    listen: str = Field(LOOPBACK, max_length=60)
    port: int = Field(USUAL_PORT, ge=1024, le=65535)


class Entering(_Body):
    """`POST /classroom/attendance`: the class that this lab joins."""

    address: str = Field(max_length=200)
    code: str = Field(max_length=40)
    name: Name


class HandedOver(_Body):
    """`POST /classroom/hand-ins`: a file that reached the leader by hand."""

    name: Name
    text: str


class Joining(_Body):
    """`POST /join` at the leader's."""

    code: str = Field(max_length=40)
    name: Name


class Joined(_Body):
    """The answer to it: from now on the token says who speaks."""

    token: str = Field(max_length=100)


class State(StrEnum):
    """How far a student is: before the start, under way, and after the truth was revealed there."""

    WAITING = "waiting"
    PLAYING = "playing"
    REVEALED = "revealed"


class Whereabouts(_Body):
    """`POST /here`: how far a student is, and nothing of what is found. `trouble` says why it has not begun there.

    `mystery` is the name under which the class's was begun there last; a lab that is `busy` plays another one.
    """

    state: State = State.WAITING
    mystery: str = Field("", pattern="^([0-9a-f]{8})?$")
    busy: bool = False
    hints: int = Field(0, ge=0, le=100)
    tries: int = Field(0, ge=0, le=10_000)
    seconds_left: float = Field(0.0, ge=0, le=LONGEST_MIN * 60 + STAGED_WITHIN_S)
    trouble: str = Field("", max_length=LONGEST_TROUBLE)


class Begin(_Body):
    """The mystery to begin, and the key that seals its hand-in."""

    level: int | None
    seed: int
    minutes: float
    hand_in: HandInKey


Phase = Literal["waiting", "running", "over"]
"""Of a class: before its start, until its end, and afterwards."""


class Orders(_Body):
    """The answer to it: the phase of the class and, as long as a student has not begun, what to begin."""

    phase: Phase
    begin: Begin | None = None
