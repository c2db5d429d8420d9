"""The list of cases, by level or by the document that a case reproduces."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from whodunit.desk.asked import Answer, Asked, command
from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.incident.model import Level

GROUPINGS = ("level", "document")


@dataclass(frozen=True)
class Group:
    """The faces of one level, or of one document, each with its causes, the main one first."""

    name: str
    faces: Sequence[Sequence[Case]]


def page(asked: Asked) -> Answer:
    """The list; raises LabError, and while a mystery runs the lab's refusal."""
    by = asked.choice("by", GROUPINGS, "level")
    run = running(asked)
    groups = by_level(faces()) if by == "level" else by_document(faces())
    shown = {"groups": groups, "by": by, "groupings": GROUPINGS, "running": run}
    return Answer("cases/page.html", "Cases", command("scenario", "list"), "", shown)


def running(asked: Asked) -> str:
    """The case that the lab runs now, empty without one; raises LabError while a mystery runs."""
    if asked.source.recorded:
        return ""
    with asked.source.lab() as lab:
        run = lab.hosted_run()
    return run["case"] if run and run["is_running"] else ""


@cache
def faces() -> Sequence[Sequence[Case]]:
    """Every case that comes with the program, by face; read once, which takes a second."""
    return [list(found) for _, found in groupby(catalogue.cases(), key=lambda case: case.slug)]


def by_level(faces: Sequence[Sequence[Case]]) -> list[Group]:
    """From easy to hard."""
    return [Group(level.value, [face for face in faces if face[0].scenario.level is level]) for level in Level]


def by_document(faces: Sequence[Sequence[Case]]) -> list[Group]:
    """The numbered documents in their order, then the others."""
    names = sorted({face[0].scenario.documented_in for face in faces}, key=_place)
    return [Group(name, [face for face in faces if face[0].scenario.documented_in == name]) for name in names]


def _place(document: str) -> tuple[bool, int, str]:
    """`S3b` comes after `S3` and before `S10`."""
    digits = "".join(filter(str.isdigit, document))
    return (not digits, int(digits or 0), document)
