"""Where a scenario can be run, and the part that one target can answer: a check may be marked `only: stack`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from loadgen.chromium import missing
from whodunit.incident.check import Check
from whodunit.incident.evidence import AnyCheck, Evidence
from whodunit.incident.model import Scenario

E = TypeVar("E", bound=Evidence)


@dataclass(frozen=True)
class Applicable:
    """The scenario without the checks that the target cannot answer, and those checks."""

    scenario: Scenario
    skipped: Sequence[AnyCheck]


def is_proved_on(scenario: Scenario, target: str) -> bool:
    """True if every change to the shop is tested against the scenario on `target`: outages are for the stack alone."""
    return target in scenario.proved_on and (target == "stack" or not scenario.outages)


def lacking(scenario: Scenario) -> str | None:
    """What this machine lacks for the visitors of `scenario`, and how to get it; None if nothing."""
    return missing() if scenario.load.browsers else None


def applicable(scenario: Scenario, target: str) -> Applicable:
    """The part of `scenario` that `target` (`lite` or `stack`) can answer."""
    sections: list[Evidence] = [scenario.steady, scenario.expect, scenario.tells, scenario.quiet, *scenario.remedies]
    sections += [scenario.recover] if scenario.recover else []
    skipped = [check for section in sections for check in section.checks if not check.applies_to(target)]
    if not skipped:
        return Applicable(scenario, ())
    kept = scenario.model_copy(
        update={
            "steady": _kept(scenario.steady, target),
            "expect": _kept(scenario.expect, target),
            "tells": _kept(scenario.tells, target),
            "quiet": _kept(scenario.quiet, target),
            "remedies": [_kept(remedy, target) for remedy in scenario.remedies],
            "recover": scenario.recover and _kept(scenario.recover, target),
        }
    )
    return Applicable(kept, skipped)


def _kept(section: E, target: str) -> E:
    kept = {
        name: [check for check in value if check.applies_to(target)]
        for name, value in section
        if isinstance(value, list) and value and isinstance(value[0], Check)
    }
    return section.model_copy(update=kept)
