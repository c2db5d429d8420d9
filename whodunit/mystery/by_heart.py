"""Evidence that somebody can name who knows every case by heart, and has seen nothing of this run."""

from collections.abc import Iterable, Sequence

from whodunit.incident.loader import Case
from whodunit.incident.metric_check import Metric
from whodunit.incident.model import Scenario
from whodunit.mystery.answer import MOST_EVIDENCE
from whodunit.mystery.facts import Facts, Finding
from whodunit.mystery.gathering import Named, gather
from whodunit.mystery.trail import Trail
from whodunit.telemetry.citation import SHORTEST, MetricCitation
from whodunit.telemetry.questions import Window


def numbers(scenarios: Sequence[Scenario], window: Window) -> list[MetricCitation]:
    """Every number that these files look at, over `window`; the marks of a cause first."""
    parts = [part for each in scenarios for part in (each.tells, each.expect, each.quiet, each.unchanged)]
    checks: Iterable[Metric] = (check for part in parts for check in part.metrics)
    asked = Window(window.start, max(window.end, window.start + SHORTEST))
    cited = [each for check in checks if (each := MetricCitation.of(check.query(), asked))]
    return [each for number, each in enumerate(cited) if each not in cited[:number]]


def best(run: Trail, case: Case, scenarios: Sequence[Scenario], known: Iterable[Named] | None = None) -> Facts:
    """The facts about the numbers that tell a case best, of all that these files look at."""
    cited, findings, facts = numbers(scenarios, run.trouble), list[Finding](), Facts()
    for part in (cited[:MOST_EVIDENCE], cited[MOST_EVIDENCE:]):
        facts = gather(run, case, part, known)
        findings += facts.evidence
        facts = facts.model_copy(update={"evidence": tuple(telling(findings))})
        if facts.excluded == set(facts.siblings):
            break
    return facts


def telling(findings: Sequence[Finding]) -> list[Finding]:
    """The few that together exclude the most siblings, the best first."""
    chosen: list[Finding] = []
    for _ in range(MOST_EVIDENCE):
        excluded = frozenset[str]().union(*(each.excludes for each in chosen))
        best = max(findings, key=lambda each: len(each.excludes - excluded), default=None)
        if best is None or not best.excludes - excluded:
            break
        chosen.append(best)
    return chosen
