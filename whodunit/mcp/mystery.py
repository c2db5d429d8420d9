"""Tools 10 to 12: the incident as its player knows it, a mitigation, and the answer."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from whodunit.lab.client import LabClient
from whodunit.mcp.envelope import Json, as_json
from whodunit.mcp.moments import moment
from whodunit.mcp.source import Asked, Source
from whodunit.mystery.answer import MOST_EVIDENCE
from whodunit.mystery.citing import read
from whodunit.mystery.form import parsed
from whodunit.mystery.grading import NOBODY, WEIGHTS, deductions
from whodunit.mystery.mitigations import offered
from whodunit.mystery.mitigations import parsed as mitigation_of
from whodunit.mystery.vocabulary import causes
from whodunit.topology import COMPONENTS

REPLAY = "replay"


class MysteryTools:
    """Answers from the lab."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def incident(
        self, hint: Annotated[bool, Field(description="Buy the next hint: costs next_hint_costs points")] = False
    ) -> str:
        """The complaint, the clock, points spent, the form of an answer, its vocabulary (components, reasons) and the
        mitigations.
        """
        with self._ask() as source:
            told = _recording(source) if source.mode == REPLAY else _playing(source.lab, hint=hint)
            form = {"fields_and_points": WEIGHTS, "evidence": f"at most {MOST_EVIDENCE} evidence_id"}
            vocabulary = {"components": [*COMPONENTS, NOBODY], "reasons": causes(), "mitigations": offered()}
            return as_json({"now": source.now, **told, "form": form, "vocabulary": vocabulary})

    def mitigate(self, name: Annotated[str, Field(description="ACTION SERVICE, such as restart payment")]) -> str:
        """Put a mitigation in force, in place of the one before: since when, not whether it is the right one. The
        first is free, each further one costs points.
        """
        with self._ask() as source:
            wanted = mitigation_of(name)
            source.lab.mystery("POST", "/mitigations", {"action": wanted.action.value, "service": wanted.service})
            since = "in_force_since" if wanted.lasts else "done_at"
            return as_json({"mitigation": wanted.name, since: datetime.now(UTC)})

    def submit(
        self,
        component: str,
        reason: str,
        onset: Annotated[str | None, Field(description="RFC 3339 or -5m")] = None,
        propagation: Annotated[list[str] | None, Field(description="Every service that suffers")] = None,
        evidence: Annotated[
            list[str] | None, Field(max_length=MOST_EVIDENCE, description="evidence_id of other answers")
        ] = None,
        mitigation: Annotated[str, Field(description="ACTION SERVICE")] = "",
        second_component: Annotated[str, Field(description="If there are two causes")] = "",
        second_reason: str = "",
    ) -> str:
        """Hand the answer in, in the words of incident's vocabulary. A later one replaces it. Tells no score."""
        with self._ask() as source:
            pieces = [_checked(each) for each in evidence or ()]
            words = {"component": component, "reason": reason, "mitigation": mitigation}
            words |= {"second_component": second_component, "second_reason": second_reason}
            if onset:
                words["onset"] = moment(onset, source.now).isoformat()
            said = [f"{field}={value}" for field, value in words.items()]
            said += [f"propagation={','.join(propagation or ())}", *(f"evidence={each}" for each in pieces)]
            source.lab.mystery("POST", "/answer", parsed(said).model_dump(mode="json"))
            return as_json({"accepted": True, "at": datetime.now(UTC)})


def _checked(evidence_id: str) -> str:
    """The id as it was given; raises WrongUseError where it is none."""
    read(evidence_id)
    return evidence_id


def _recording(source: Source) -> Json:
    recorded = source.recorded
    window = {"start": recorded.start, "end": recorded.end} if recorded else None
    return {"running": False, "recording": source.title, "covers": window,
            "note": "A recorded run: look at it; mitigate and submit need a mystery."}  # fmt: skip


def _playing(lab: LabClient, *, hint: bool) -> Json:
    bought: Json = {"hint": lab.mystery("POST", "/hint")} if hint else {}
    told: dict[str, Any] = lab.mystery("GET")
    if not told.get("running"):
        return {
            "running": False,
            "note": told.get("ended") or "No mystery runs. A person begins one: whodunit mystery start",
        }
    begun = datetime.fromtimestamp(told["started_s"], UTC)
    spent = deductions(told["hints_used"], len(told["mitigations"]))
    shown = ("title", "complaint", "seconds_left", "hints_left", "next_hint_costs", "mitigations", "answered")
    clock = {"began": begun, "ends": datetime.now(UTC) + timedelta(seconds=told["seconds_left"])}
    return {"running": True, **bought, **{key: told[key] for key in shown}, **clock, "points_spent": spent}
