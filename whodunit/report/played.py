"""A mystery that was revealed, as its lab tells of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from whodunit.incident import catalogue
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.truth import Truth
from whodunit.incident.wording import flowing
from whodunit.report.evidence import Evidence
from whodunit.report.subject import Known, Recovered, Shown, Subject, Tried
from whodunit.telemetry.questions import Window

Json = Mapping[str, Any]


def onset_of(told: Json) -> datetime:
    """The true onset."""
    return datetime.fromisoformat(told["onset"])


def trouble_of(told: Json, whole: Window) -> Window:
    """From the onset to the first mitigation after it, or to the end of the mystery."""
    onset = max(whole.start, onset_of(told))
    applied = [moment for each in told["tried"] if (moment := _moment(each["applied_s"])) > onset]
    return Window(onset, min([whole.end, datetime.fromisoformat(told["end"]), *applied]))


def of_mystery(found: Subject, told: Json) -> Subject:
    """The subject with what was sealed, and how it was played."""
    case, truth = _solution(told)
    return replace(
        found,
        title=told["title"],
        complaint=flowing(case.scenario.story),
        known=Known(case, truth, symptoms=[_proof(each) for each in told["proof"]]),
        tried=[_tried(each) for each in told["tried"]],
        recovered=_recovered(told),
        path=told,
    )


def _solution(told: Json) -> tuple[Case, Truth]:
    """The case that was played; where nothing was wrong, the face of the complaint, without remedies."""
    if told["component"]:
        case = catalogue.find(told["case"])
        return case, load_truth(case)
    face = catalogue.find(told["case"].partition("/")[0])
    healthy = replace(face, scenario=face.scenario.model_copy(update={"remedies": []}))
    said = {key: told[key] for key in ("component", "reason", "explanation")}
    return healthy, Truth.model_validate({"schema_version": 1} | said)


def _recovered(told: Json) -> Recovered | None:
    """When the lab saw that a mitigation had ended the symptoms, and the cause with them."""
    healed = next((each for each in told["tried"] if each["healed_s"] and not each["hides"]), None)
    if healed is None:
        return None
    name = f"{healed['action']} {healed['service']}"
    said = Evidence("The case's own checks, by the lab that hosted the mystery", "whodunit mystery reveal", None, name)
    return Recovered(_moment(healed["healed_s"]), [Shown(f"The symptoms ended by: {name}", held=True, evidence=said)])


def _proof(each: Json) -> Shown:
    trace = next(iter(each["traces"]), "")
    return Shown(
        each["title"], held=True, evidence=Evidence(each["title"], each["query"], None, each["message"], trace)
    )


def _tried(each: Json) -> Tried:
    outcome = "the symptoms were not seen to end"
    if each["healed_s"]:
        took = f"{each['healed_s'] - each['applied_s']:.0f} s"
        outcome = f"the symptoms were gone {took} later{', and the cause was still there' if each['hides'] else ''}"
    return Tried(_moment(each["applied_s"]), f"{each['action']} {each['service']}", outcome)


def _moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
