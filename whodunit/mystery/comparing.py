"""Numbers for a verdict: before the onset beside the trouble, and this run beside runs of other causes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.incident.metric_check import COUNTS, Metric
from whodunit.incident.model import Scenario
from whodunit.incident.wording import shown
from whodunit.mystery.by_heart import best
from whodunit.mystery.cases import faces
from whodunit.mystery.conviction import PER_SECOND, Clue
from whodunit.mystery.facts import Facts, Finding, Number, Pair
from whodunit.mystery.trail import Trail
from whodunit.telemetry.citation import SHORTEST, MetricCitation
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import Statistic

Json = dict[str, Any]
SECONDS = "s"


def compared(run: Trail, case: Case) -> Json:
    """What changed at the onset, what did not, and what told the case from each sibling, as far as it can be told."""
    nothing: Json = {"baseline": [], "innocent": [], "siblings": []}
    try:
        return nothing if run.trouble.seconds < SHORTEST.total_seconds() else _compared(run, case)
    except TelemetryError:
        return nothing


def examined(facts: Facts | None) -> Json:
    """Every piece of evidence that a player has named, and why it counted or not."""
    facts = facts or Facts()
    return {
        "evidence": [_examined(finding) for finding in facts.evidence],
        "standing": [name for name in facts.siblings if name not in facts.excluded],
    }


def _compared(run: Trail, case: Case) -> Json:
    symptoms = _symptoms(case)
    still: list[Metric] = [*case.scenario.quiet.metrics, *case.scenario.unchanged.metrics]
    return {
        "baseline": _numbers(run, symptoms.expect.metrics),
        "innocent": _numbers(run, still),
        "siblings": list(_siblings(best(run, case, (case.scenario, symptoms)))),
    }


def _symptoms(case: Case) -> Scenario:
    """The scenario with the symptoms of the complaint, whatever is behind it."""
    return case.scenario if case.scenario.breaks else faces(catalogue.cases())[case.slug][0][0].scenario


def _numbers(run: Trail, checks: Iterable[Metric]) -> list[Json]:
    found = []
    for check in checks:
        query, unit = check.query(), SECONDS if check.in_seconds else ""
        if check.statistic in COUNTS:
            query, unit = replace(query, statistic=Statistic.RATE), PER_SECOND
        pair = Clue(query, unit, run.trouble).here(run)
        found.append({"title": check.title, "metric": check.name} | _pair(pair, unit))
    return found


def _siblings(facts: Facts) -> Iterable[Json]:
    """For each sibling the piece that tells it apart."""
    for name in facts.siblings:
        finding = next((each for each in facts.evidence if name in each.excludes), None)
        if finding and isinstance(finding.citation, MetricCitation) and finding.here:
            there = next(each.pair for each in finding.siblings if each.case == name)
            unit = finding.unit
            yield {"case": name, "number": finding.citation.number} | {
                "here": _pair(finding.here, unit),
                "there": _pair(there, unit),
            }


def _examined(finding: Finding) -> Json:
    here = _pair(finding.here, finding.unit) if finding.here else None
    return {"cited": str(finding.citation), "here": here, "why": _why(finding), "excludes": sorted(finding.excludes)}


def _why(finding: Finding) -> str:
    if finding.problem:
        return f"does not count: {finding.problem}"
    if finding.again is None or not finding.again.holds:
        return "does not count: it does not show in another run of this cause"
    convicted: Sequence[str] = [each.case for each in finding.siblings if each.holds]
    if not convicted:
        return "counts, and would convict nobody else"
    return f"{'counts, but' if finding.excludes else 'does not count: it'} would convict {', '.join(convicted)}, too"


def _pair(pair: Pair, unit: str) -> Json:
    return {"before": _shown(pair.before, unit), "during": _shown(pair.during, unit)}


def _shown(number: Number, unit: str) -> str:
    if number is None:
        return "nothing"
    return shown(number, in_seconds=unit == SECONDS) + (PER_SECOND if unit.endswith(PER_SECOND) else "")
