"""A class as its page shows it: nothing of seed, passphrase, tokens or answers is in it."""

from typing import Any

from whodunit.classroom.roll import HandedIn, Roll, Student
from whodunit.classroom.schemas import State

SILENT_AFTER_S = 10.0
"""Labs tell every three seconds where they are: three times unheard is silence."""

HALF = 4
"""A code is read in two halves."""


def told(roll: Roll, address: str, now_s: float, trouble: str = "") -> dict[str, Any]:
    """The class at `address`; `trouble` says why nobody can reach it."""
    return {
        "phase": roll.phase,
        "address": address,
        "code": f"{roll.code[:HALF]}-{roll.code[HALF:]}",
        "minutes": roll.wanted.minutes,
        "started_s": roll.started_s,
        "ended_s": roll.ended_s,
        "students": [_student(each, roll, now_s) for each in roll.students],
        "hand_ins": len(roll.hand_ins),
        "guests": [each.name for each in guests(roll)],
        "trouble": trouble,
    }


def guests(roll: Roll) -> list[HandedIn]:
    """Hand-ins that came as files of somebody who has not joined."""
    joined = {mystery for each in roll.students for mystery in each.mysteries}
    return [each for each in roll.hand_ins if each.mystery not in joined]


def _student(student: Student, roll: Roll, now_s: float) -> dict[str, Any]:
    where, silence_s = student.where, now_s - student.seen_s
    begun = where.state is not State.WAITING
    return {
        "name": student.name,
        "state": where.state.value,
        "hints": where.hints,
        "tries": where.tries,
        "minutes": round(roll.wanted.minutes - where.seconds_left / 60, 1) if begun else None,
        "handed_in": any(each.mystery in student.mysteries for each in roll.hand_ins),
        "silent_since_s": student.seen_s if silence_s > SILENT_AFTER_S else None,
        "trouble": where.trouble,
    }
