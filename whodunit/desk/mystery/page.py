"""The pages of a mystery: the game, the form of an answer, the verdict, and what can be taken home."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import HTMLResponse, Response

from whodunit.desk.asked import Answer, Asked, command
from whodunit.desk.headers import POLICY
from whodunit.desk.mystery.notebook import shown
from whodunit.errors import WrongUseError
from whodunit.incident.wording import flowing
from whodunit.mystery.answer import MOST_EVIDENCE
from whodunit.mystery.answer import Answer as Given
from whodunit.mystery.citing import read
from whodunit.mystery.grading import ANOTHER_TRY, NOBODY, WEIGHTS, deductions
from whodunit.mystery.handin import HandIn, as_text
from whodunit.mystery.notebook import LONGEST_COMMENT, MOST_PINS
from whodunit.mystery.page import ENDS
from whodunit.mystery.schemas import LONGEST_MIN, SHORTEST_MIN, USUAL_MIN
from whodunit.mystery.vocabulary import causes
from whodunit.report.document import report as written
from whodunit.report.live import Asked as Reported
from whodunit.report.live import Shop, subject_of
from whodunit.telemetry.citation import MetricCitation
from whodunit.topology import COMPONENTS

Json = Mapping[str, Any]

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A report is one file with its style in it, and loads nothing."""


def page(asked: Asked) -> Answer:
    """The game that runs, or the way to begin one; raises LabError."""
    with asked.source.lab() as lab:
        told = lab.mystery("GET")
        offered = lab.mystery("GET", "/mitigations") if told["running"] else {}
    typed = command("mystery", "status" if told["running"] else "start")
    if not told["running"]:
        lengths = {"shortest": SHORTEST_MIN, "longest": LONGEST_MIN, "usual": USUAL_MIN}
        return Answer("mystery/start.html", "Mystery", typed, "", {"told": told, **lengths})
    notes = {"most_pins": MOST_PINS, "longest": LONGEST_COMMENT, "another_try": ANOTHER_TRY}
    return Answer("mystery/game.html", told["title"], typed, "", {**_running(asked, told), **offered, **notes})


def pinned(asked: Asked) -> Answer:
    """A piece of a page, in place of the button that pinned something: how full the notebook is. Raises LabError."""
    with asked.source.lab() as lab:
        told = _of_one_that_runs(lab.mystery("GET"))
    return Answer("mystery/pinned.html", "Pinned", "", "", {"told": told, "most_pins": MOST_PINS})


def answer(asked: Asked) -> Answer:
    """The form, filled in as it was answered last; raises LabError."""
    with asked.source.lab() as lab:
        told = _of_one_that_runs(lab.mystery("GET"))
        handed_in = lab.mystery("GET", "/answer")["answer"] if told["answered"] else {}
    given = Given.model_validate_json(json.dumps(handed_in))
    form = {"weights": WEIGHTS, "most_evidence": MOST_EVIDENCE, "given": given, "nobody": NOBODY}
    shown = {**_running(asked, told), **form, **_choices(told, given), **_evidence(told, given)}
    return Answer("mystery/answer.html", "Your answer", command("mystery", "answer"), "", shown)


def verdict(asked: Asked) -> Answer:
    """The verdict of the mystery revealed last; while one runs, the question if it shall end. Raises LabError."""
    typed = command("mystery", "reveal")
    with asked.source.lab() as lab:
        told = lab.mystery("GET")
        if told["running"]:
            return Answer("mystery/ending.html", "End it?", typed, "", _running(asked, told))
        truth = lab.mystery("GET", "/reveal")
    pins = [shown(pin, asked.place) for pin in truth["pins"]]
    return Answer("mystery/verdict.html", "Verdict", typed, "", {"told": truth, "pins": pins, "ends": ENDS})


def hand_in(asked: Asked) -> Response:
    """The file to hand in; raises LabError before there is an answer."""
    with asked.source.lab() as lab:
        text = as_text(HandIn.model_validate(lab.mystery("GET", "/answer")))
    headers = {"Content-Disposition": 'attachment; filename="hand-in.json"'}
    return Response(text, media_type="application/json", headers=headers)


def report(asked: Asked) -> Response:
    """The incident report, a page by itself; of a mystery that runs it tells what telemetry shows. Raises LabError."""
    with asked.source.lab() as lab:
        shop = Shop(lab, asked.telemetry, (), asked.source.now())
        return HTMLResponse(written(subject_of(shop, Reported())).html, headers={POLICY: REPORT_POLICY})


def _of_one_that_runs(told: Json) -> Json:
    if not told["running"]:
        raise WrongUseError(told.get("ended") or "No mystery runs.", "Begin one on the page Mystery.")
    return told


def _choices(told: Json, given: Given) -> Json:
    """The words to choose from, and those of the answer: it may have been given elsewhere, in other words."""
    return {
        "components": _with([*COMPONENTS, NOBODY], given.component, given.second_component),
        "services": _with(COMPONENTS, *given.propagation),
        "causes": {word: causes().get(word, "") for word in _with(causes(), given.reason, given.second_reason)},
        "mitigations": _with(told["mitigations"], given.mitigation),
    }


def _with(words: Iterable[str], *said: str) -> list[str]:
    return list(dict.fromkeys([*words, *filter(None, said)]))


def _evidence(told: Json, given: Given) -> Json:
    """What an answer cites: of the pins, and beside them."""
    pins = {pin["evidence"]: read(pin["evidence"]) for pin in told["pins"]}
    beside = [each for each in given.evidence if each not in pins.values()]
    return {
        "cited": [evidence for evidence, pin in pins.items() if pin in given.evidence],
        "beside": [each.dated if isinstance(each, MetricCitation) else str(each) for each in beside],
    }


def _running(asked: Asked, told: Json) -> Json:
    now = asked.source.now()
    return {
        "told": told,
        "complaint": flowing(told["complaint"]),
        "ends": now + timedelta(seconds=told["seconds_left"]),
        "spent": deductions(told["hints_used"], len(told["mitigations"])),
        "pins": [shown(pin, asked.place) for pin in told["pins"]],
    }
