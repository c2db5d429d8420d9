"""The class that this lab leads, its place in one, or the forms for either."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from whodunit.classroom.schemas import LONGEST_NAME, LOOPBACK, USUAL_PORT
from whodunit.desk.asked import Answer, Asked, command
from whodunit.lab.client import LabClient
from whodunit.mystery.schemas import LONGEST_MIN, SHORTEST_MIN

USUAL_MIN = 30
"""In a workshop; a mystery alone has half of it."""

LIMITS = {"shortest": SHORTEST_MIN, "longest": LONGEST_MIN, "usual": USUAL_MIN, "name": LONGEST_NAME}


def page(asked: Asked) -> Answer:
    """The class as it is; raises LabError when the lab does not answer."""
    with asked.source.lab() as lab:
        told = lab.classroom()
        results = _results(lab, told["leads"])
    shown = {
        "leads": told["leads"],
        "attends": told["attends"],
        "entry": told["entry"],
        "results": results,
        "limits": LIMITS,
        "listen": LOOPBACK,
        "port": USUAL_PORT,
        "since": _since,
    }
    typed = command("class", "results") if results else command("class", "status")
    return Answer("classroom/page.html", "Class", typed, "", shown)


def _results(lab: LabClient, leads: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return lab.classroom("GET", "/results") if leads and leads["phase"] == "over" else None


def _since(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
