"""The truth beside the answer, with its proof."""

from typing import Any

from whodunit.faults.ledger import iso
from whodunit.incident.loader import Case
from whodunit.incident.truth import Truth
from whodunit.mystery.comparing import compared, examined
from whodunit.mystery.grading import Verdict
from whodunit.mystery.looking import seen
from whodunit.mystery.mitigations import of_flag
from whodunit.mystery.plan import Diary
from whodunit.mystery.trail import Trail
from whodunit.telemetry.port import Telemetry, TelemetryError
from whodunit.telemetry.questions import Window

Json = dict[str, Any]


def revelation(case: Case, truth: Truth, diary: Diary, verdict: Verdict, shown: Json) -> Json:
    """Everything that was sealed; `shown` is what the telemetry shows of it."""
    plan = diary.plan
    return {
        "mystery": plan.id,
        "seed": plan.seed,
        "case": case.name,
        "title": case.scenario.title,
        "switched": [fault.label for fault in case.scenario.defects],
        "onset": iso(plan.onset_s),
        "end": iso(plan.end_s),
        "beside": {"about": plan.decoy.about, "since": iso(plan.decoy_s)} if plan.decoy else None,
        "component": ", ".join(truth.components) or None,
        "reason": ", ".join(each.value for each in truth.reasons),
        "explanation": " ".join(truth.explanation.split()),
        "propagation": [f"{step.source} → {step.target}: {step.effect}" for step in truth.propagation],
        "mitigations": [
            {"name": of_flag(each.flag), "title": each.title, "effect": each.effect} for each in case.scenario.remedies
        ],
        "tried": [each.model_dump() for each in diary.mitigations],
        "hints": diary.hints,
        "pins": [pin.model_dump() for pin in diary.pins],
        "answer": diary.answer.model_dump(mode="json") if diary.answer else None,
        "verdict": verdict.as_json(),
        **examined(diary.facts),
        **shown,
    }


def shown_by(run: Trail, case: Case) -> Json:
    """What the telemetry of a run shows: what changed, what did not, what tells the case from its siblings, proof."""
    return compared(run, case) | {"proof": proof(run.telemetry, case, run.trouble)}


def proof(telemetry: Telemetry, case: Case, window: Window) -> list[Json]:
    """Every expected symptom, and every mark of the cause, that was seen within `window`, and the query of each."""
    shown = []
    for check in (*case.scenario.expect.checks, *case.scenario.tells.checks):
        try:
            found = seen(telemetry, check, window)
        except TelemetryError:
            continue
        if found:
            traces = sorted({str(each["trace_id"]) for each in found.proof if each.get("trace_id")})
            shown.append({"title": check.title, "message": found.message, "query": found.query, "traces": traces[:1]})
    return shown
