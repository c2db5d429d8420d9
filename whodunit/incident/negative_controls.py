"""Symptoms of other incidents that must stay absent while a case happens."""

from dataclasses import dataclass

from whodunit.incident.applicable import applicable
from whodunit.incident.catalogue import cases
from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case


@dataclass(frozen=True)
class NegativeControl:
    """A symptom of another scenario; `id` names both."""

    id: str
    check: AnyCheck


def negative_controls(case: Case, target: str) -> list[NegativeControl]:
    """Every symptom of every other scenario that `target` can show, if `case` has `alarms`.

    A check that several scenarios share is evaluated once. Without visitors who have a browser, pages are silent in
    health, too: symptoms of cases with such visitors say nothing then.
    """
    if case.scenario.alarms is None:
        return []
    controls: dict[str, NegativeControl] = {}
    for other in (other for other in cases() if other.slug != case.slug and _has_the_visitors_of(case, other)):
        for check in applicable(other.scenario, target).scenario.expect.checks:
            condition = check.model_dump_json(exclude={"id", "title", "within"})
            controls.setdefault(condition, NegativeControl(f"{other.name}.{check.id}", check))
    return list(controls.values())


def _has_the_visitors_of(case: Case, other: Case) -> bool:
    return bool(case.scenario.load.browsers) or not other.scenario.load.browsers
