"""The leader's class: who joins, what each is told, what is handed in. All changes are made in the event loop."""

import asyncio
import secrets
from collections.abc import Callable
from hmac import compare_digest
from typing import Any

from whodunit.classroom.folder import Folder
from whodunit.classroom.roll import HandedIn, Roll, Student
from whodunit.classroom.schemas import Begin, HandedOver, Joined, Joining, Opening, Orders, State, Whereabouts
from whodunit.errors import WrongUseError
from whodunit.lab.controls import Json
from whodunit.mystery.handin import LARGEST_BYTES, HandIn, peek
from whodunit.mystery.plan import hand_in_key

MOST_STUDENTS = 200
MOST_HAND_INS = 2 * MOST_STUDENTS
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of join codes: none can be taken for another when it is read from a wall."""

CODE_LENGTH = 8
"""At a thousand guesses a second, 13 years for half of all codes."""

MOST_BEGUN = 20
"""So many names of mysteries are known for each student, and all that have a hand-in: one is called off now and then,
and begun again.
"""

GRACE_S = 10.0
"""So long after the end an answer may still be on its way: labs tell every few seconds."""

NO_CLASS = "This lab leads no class."
OPEN_ONE = "Open one: whodunit class open"
JOIN_AGAIN = "This lab knows no such student: the class may be another one."


class Leading:
    """At most one class of a lab; `clock` tells seconds since 1970."""

    def __init__(self, folder: Folder, clock: Callable[[], float]) -> None:
        self._folder, self._clock = folder, clock
        self._roll = folder.kept(folder.roll, Roll)

    @property
    def roll(self) -> Roll | None:
        """The class; None without one."""
        return self._roll

    def open(self, wanted: Opening) -> Roll:
        """Open a class; raises WrongUseError while there is one."""
        if self._roll:
            raise WrongUseError("This lab leads a class already.", "Close that first: whodunit class close")
        roll = Roll(
            wanted=wanted,
            seed=secrets.randbelow(2**31) if wanted.seed is None else wanted.seed,
            passphrase=wanted.leader or secrets.token_urlsafe(),
            code="".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)),
        )
        return self._keep(roll)

    def start(self) -> None:
        """Start the mystery for everybody; raises WrongUseError when it has been."""
        roll = self.led
        if roll.started_s is not None:
            raise WrongUseError("This class has started.", "See: whodunit class status")
        self._change(started_s=self._clock())

    def end(self) -> None:
        """End the class: answers may be seen from now on. Raises WrongUseError before the start, and a second time."""
        roll = self.led
        if roll.phase != "running":
            words = "has not started" if roll.phase == "waiting" else "has ended"
            raise WrongUseError(f"This class {words}.", "See: whodunit class status")
        self._change(ended_s=self._clock())

    def close(self) -> None:
        """Delete the class and everything handed in."""
        _ = self.led
        self._folder.forget()
        self._roll = None

    def join(self, joining: Joining) -> Joined:
        """Take a student in; raises WrongUseError for a wrong code, a name that is taken, and a full class."""
        roll = self.led
        if not compare_digest(_letters(joining.code).encode(), roll.code.encode()):
            raise WrongUseError("This is not the code of the class.", "It stands on the leader's page.")
        if len(roll.students) >= MOST_STUDENTS:
            raise WrongUseError(f"The class is full: {MOST_STUDENTS} students.", "Share a laptop with another group.")
        if joining.name.casefold() in (each.name.casefold() for each in roll.students):
            raise WrongUseError(f"{joining.name} is in this class already.", f"Another name: {joining.name} 2")
        token = secrets.token_urlsafe()
        newcomer = Student(name=joining.name, token=token, seen_s=self._clock())
        self._change(students=(*roll.students, newcomer))
        return Joined(token=token)

    def known(self, token: str) -> Student:
        """The student with that token; raises WrongUseError."""
        given = token.encode()
        found = [each for each in self.led.students if compare_digest(each.token.encode(), given)]
        if not found:
            raise WrongUseError(JOIN_AGAIN, "Leave, and join again: whodunit class leave")
        return found[0]

    async def here(self, student: Student, where: Whereabouts) -> Orders:
        """Note where a student is, and tell what comes next."""
        roll, changes = self.led, {"seen_s": self._clock(), "where": where}
        if roll.phase != "running" or where.state is not State.WAITING or where.busy:
            self._note(student, changes)
            return Orders(phase=roll.phase)
        unused = next((each for each in student.mysteries[-1:] if each != where.mystery), "")
        key = await asyncio.to_thread(hand_in_key, roll.passphrase, unused)
        self._note(student, {**changes, "mysteries": self._begun(self.known(student.token), key.mystery)})
        begin = Begin(level=roll.wanted.level, seed=roll.seed, minutes=roll.wanted.minutes, hand_in=key)
        return Orders(phase="running", begin=begin)

    def send(self, student: Student, text: str) -> None:
        """Take the hand-in of a student; raises WrongUseError for another's, and after the end."""
        roll, found = self.led, _read(text)
        if roll.ended_s is not None and self._clock() > roll.ended_s + GRACE_S:
            raise WrongUseError("The class has ended.", "Bring the file hand-in.json to the leader.")
        if found.mystery not in student.mysteries:
            raise WrongUseError("This is no hand-in of this class.", "See: whodunit class status")
        self._take(found.mystery, student.name, text)

    def take(self, over: HandedOver) -> str:
        """Take a file that the leader was given; returns whose it is. Raises WrongUseError for another file."""
        found = _read(over.text)
        owner = next((each.name for each in self.led.students if found.mystery in each.mysteries), None)
        name = owner or found.player or over.name
        self._take(found.mystery, name, over.text)
        return name

    @property
    def led(self) -> Roll:
        """The class; raises WrongUseError without one."""
        if self._roll is None:
            raise WrongUseError(NO_CLASS, OPEN_ONE)
        return self._roll

    def _take(self, mystery: str, name: str, text: str) -> None:
        others = tuple(each for each in self.led.hand_ins if each.mystery != mystery)
        if len(others) >= MOST_HAND_INS:
            raise WrongUseError(f"There are {MOST_HAND_INS} hand-ins already.", "Mark the rest: whodunit grade")
        self._folder.put_hand_in(mystery, text)
        self._change(hand_ins=(*others, HandedIn(mystery=mystery, name=name, at_s=self._clock())))

    def _begun(self, student: Student, mystery: str) -> tuple[str, ...]:
        """The names of a student's mysteries, the last of them `mystery`; of old ones those with a hand-in."""
        names = (*(each for each in student.mysteries if each != mystery), mystery)
        sent = {each.mystery for each in self.led.hand_ins}
        return tuple(each for each in names if each in sent or each in names[-MOST_BEGUN:])

    def _note(self, student: Student, changes: dict[str, Any]) -> None:
        """A report each few seconds of each student is not worth a write, unless something but the time changed."""
        before = self.known(student.token)
        now = before.model_copy(update=changes)
        students = tuple(now if each.token == now.token else each for each in self.led.students)
        changed = self.led.model_copy(update={"students": students})
        if _timeless(now) == _timeless(before):
            self._roll = changed
        else:
            self._keep(changed)

    def _change(self, **changes: Any) -> Roll:
        return self._keep(self.led.model_copy(update=changes))

    def _keep(self, roll: Roll) -> Roll:
        self._folder.keep(self._folder.roll, roll)
        self._roll = roll
        return roll


def _letters(code: str) -> str:
    return "".join(each for each in code.upper() if each.isalnum())


def _timeless(student: Student) -> Json:
    told = student.model_dump(exclude={"seen_s"})
    return {**told, "where": {**told["where"], "seconds_left": 0}}


def _read(text: str) -> HandIn:
    if len(text.encode()) > LARGEST_BYTES:
        raise WrongUseError("This file is too long for a hand-in.", f"At most {LARGEST_BYTES // 1000} kB.")
    return peek(text)
