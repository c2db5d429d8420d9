"""One case: what it shows, its walkthrough, its recorded runs, and the way to run it."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from whodunit.desk.asked import Answer, Asked, command, see
from whodunit.desk.cases.page import running
from whodunit.desk.cases.walkthrough import walkthrough
from whodunit.errors import WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on
from whodunit.incident.loader import Case
from whodunit.incident.model import Scenario
from whodunit.incident.wording import bounds, flowing, sections, what
from whodunit.lab.run_answers import RecordedRun

PARTS = {"case": "What it shows", "runs": "Recorded runs", "walkthrough": "Walkthrough"}


@dataclass(frozen=True)
class Line:
    """A check in words."""

    signal: str
    title: str
    what: str
    bounds: str


def page(asked: Asked) -> Answer:
    """The part of a case that `show` names; raises LabError, and while a mystery runs the lab's refusal."""
    run, case = running(asked), _case(asked)
    part = asked.choice("show", list(PARTS), "case")
    common = {
        "case": case,
        "siblings": case.causes,
        "story": flowing(case.scenario.story),
        "part": part,
        "parts": PARTS,
        "running": run,
        "targets": [target for target in ("lite", "stack") if is_proved_on(case.scenario, target)],
    }
    shown, told = _SHOWN[part](asked, case)
    return Answer(f"cases/{part}.html", case.scenario.title, told, "", common | shown)


def open_run(asked: Asked) -> Response:
    """Have the lab replay a recorded run; the case's page then leads to it."""
    with asked.source.lab() as lab:
        lab.open_run(asked.one("case"), asked.one("run"))
    return see(asked.place.to(f"cases/{asked.one('case')}", show="runs"))


def close_run(asked: Asked) -> Response:
    """End the replay."""
    with asked.source.lab() as lab:
        lab.close_run(asked.one("case"), asked.one("run"))
    return see(asked.place.to(f"cases/{asked.one('case')}", show="runs"))


def lines(scenario: Scenario) -> dict[str, list[Line]]:
    """The checks by what they are for, as `whodunit scenario show` prints them."""
    return {
        title: [Line(check.signal, check.title, what(check), bounds(check)) for check in checks]
        for title, checks in sections(scenario).items()
    }


def _case(asked: Asked) -> Case:
    """The case of the address; raises WrongUseError, which names those that there are."""
    face, cause = asked.below["face"], asked.below.get("cause")
    if face not in (slugs := [folder.name for folder in catalogue.bundled_folders()]):
        raise WrongUseError(f"There is no case {face!r}.", f"There are: {', '.join(slugs)}")
    return catalogue.find(f"{face}/{cause}" if cause else face)


def _shows(_asked: Asked, case: Case) -> tuple[dict[str, object], str]:
    return {"sections": lines(case.scenario)}, command("scenario", "show", case.name)


def _runs(asked: Asked, case: Case) -> tuple[dict[str, object], str]:
    runs: Sequence[RecordedRun] = []
    if not asked.source.recorded:
        with asked.source.lab() as lab:
            runs = lab.runs(case.name)
    newest = next((each["folder"] for each in runs if each["is_complete"]), "RUN")
    return {"runs": runs}, command("replay", newest)


def _walkthrough(_asked: Asked, case: Case) -> tuple[dict[str, object], str]:
    return {"walkthrough": walkthrough(case)}, command("scenario", "run", case.name, "--step")


_SHOWN = {"case": _shows, "runs": _runs, "walkthrough": _walkthrough}
