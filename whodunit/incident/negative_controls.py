"""Symptoms of other incidents that must stay absent while a case happens."""

from dataclasses import dataclass

from whodunit.incident.applicable import applicable
from whodunit.incident.catalogue import cases
from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case


@dataclass(frozen=True)
class Alarm:
    """A symptom of another scenario; `id` names both."""

    id: str
    check: AnyCheck


def alarms_for(case: Case, target: str) -> list[Alarm]:
    """Every symptom of every other scenario that `target` can show, where `case` asks that they stay silent.

    What several of them look for is asked once.
    """
    if case.scenario.alarms is None:
        return []
    alarms: dict[str, Alarm] = {}
    for other in (other for other in cases() if other.slug != case.slug):
        for check in applicable(other.scenario, target).scenario.expect.checks:
            asked = check.model_dump_json(exclude={"id", "title", "within"})
            alarms.setdefault(asked, Alarm(f"{other.name}.{check.id}", check))
    return list(alarms.values())
