"""A recorded run as a player meets it: what may be cited from it, and what the grader finds in that."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from whodunit.faults.catalogue import Action
from whodunit.incident import catalogue
from whodunit.incident.loader import Case, load_truth
from whodunit.mystery.answer import Answer
from whodunit.mystery.by_heart import numbers, telling
from whodunit.mystery.conviction import SLACK
from whodunit.mystery.facts import Facts, Finding
from whodunit.mystery.gathering import Named, family, gather
from whodunit.mystery.grading import affected, grade
from whodunit.mystery.healing import Healing
from whodunit.mystery.mitigations import named, of_flag
from whodunit.mystery.plan import Diary, Mitigation, Plan
from whodunit.mystery.trail import Trail
from whodunit.mystery.trail import recorded as recorded_trail
from whodunit.runs import recordings
from whodunit.runs.recorded_run import RecordedRun, read
from whodunit.telemetry.citation import Citation, LogCitation, SpanCitation
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window
from whodunit.topology import BY_NAME

RIGHT = 95
MOST_LINES = 20
EVERY_S = 3
WRONG = 35
"""The most for another cause of the same complaint: without reason and evidence."""


@dataclass(frozen=True)
class Recording:
    """One incident as it was recorded, while it was left alone."""

    case: Case
    run: RecordedRun
    trail: Trail
    known: Sequence[Named]
    """The kept recordings of its family, open for all that is asked of them."""

    @property
    def trouble(self) -> Window:
        """As long as nobody did anything about it."""
        return self.trail.trouble

    def findings(self, *cited: Citation) -> Sequence[Finding]:
        """What the grader finds out about pieces of evidence."""
        return gather(self.trail, self.case, cited, self.known).evidence

    @cached_property
    def facts(self) -> Facts:
        """What the grader finds out about the best of the numbers that the case looks at, and of what is logged."""
        said = {each.log: each for each in lines(self, self.trouble)}
        best = telling(self.findings(*numbers([self.case.scenario], self.trouble), *list(said.values())[:MOST_LINES]))
        return gather(self.trail, self.case, [each.citation for each in best], self.known)

    def score(self, **said: Any) -> float:
        """The points for the right answer, but for what is `said`."""
        truth = load_truth(self.case)
        healing = min(remedies(self.case))
        action, service = healing.split()
        right: dict[str, Any] = {
            "component": truth.component or "",
            "reason": truth.reason.value,
            "second_component": truth.second.component if truth.second else "",
            "second_reason": truth.second.reason.value if truth.second else "",
            "onset": self.run.onset,
            "propagation": sorted(affected(truth)),
            "evidence": [each.citation for each in self.facts.evidence],
            "mitigation": healing,
        }
        answer = Answer(**(right | said))
        tried = Mitigation(action=action, service=service, applied_s=self.trouble.end.timestamp(), healed_s=9e9)
        diary = Diary(plan=self.plan, answer=answer, mitigations=(tried,), facts=self.facts)
        return grade(truth, diary).score

    @property
    def plan(self) -> Plan:
        """As if it had been a mystery."""
        onset_s = int(self.run.onset.timestamp())
        return Plan(
            id="1234",
            case=self.case.name,
            seed=1,
            started_s=self.run.start.timestamp(),
            onset_s=onset_s,
            latest_onset_s=onset_s,
            end_s=onset_s + 900,
            leader_key="",
            load_before=None,
        )


def remedies(case: Case) -> set[str]:
    """The mitigations that end its symptoms."""
    return {of_flag(remedy.flag) for remedy in case.scenario.remedies if remedy.heals}


@contextmanager
def opened(folder: Path) -> Iterator[Recording]:
    """The recording in `folder`, of an incident that a mystery may be of."""
    run = read(folder)
    case = catalogue.find(run.name)
    with ExitStack() as stack:
        kept = [(each.name, recordings.kept(each).run) for each in family(case.slug)]
        known = [(name, stack.enter_context(recorded_trail(each))) for name, each in kept]
        yield Recording(case, run, stack.enter_context(recorded_trail(run)), known)


def spans(of: Recording, window: Window, limit: int = 3) -> list[SpanCitation]:
    """What a search for the expected spans and for failing ones leads to."""
    searched = [*(check.query() for check in of.case.scenario.expect.spans), SpanQuery(status="error"), SpanQuery()]
    found = (span for query in searched for span in of.trail.telemetry.spans(query, window, limit).sample)
    return [SpanCitation(trace=span.trace_id, span=span.span_id) for span in found]


def lines(of: Recording, window: Window) -> list[LogCitation]:
    """What the programs said in traces that were recorded."""
    said = of.trail.telemetry.logs(LogQuery(joined_to_trace=True), window, 200).sample
    return [LogCitation(log=record.body[:500], trace=record.trace_id) for record in said if record.trace_id]


def heals(of: Recording, name: str) -> bool:
    """Whether the grader takes it for what ended the symptoms, which go on."""
    scenario, start_s = of.case.scenario, of.trouble.start.timestamp() + 5
    action, service = name.split()
    healing = Healing(of.trail.telemetry, scenario, of.trouble.start.timestamp())
    tried = Mitigation(action=action, service=service, applied_s=start_s)
    moments = (of.trouble.start + timedelta(seconds=second) for second in range(5, int(of.trouble.seconds), EVERY_S))
    return any(healing.evaluate(tried, moment) for moment in moments)


def faults_of(of: Recording) -> Iterator[str]:
    """What is wrong with the grader's findings on one incident."""
    if (score := of.score()) < RIGHT:
        yield f"the right answer earns {score}"
    for sibling in (other for other in family(of.case.slug) if other.name != of.case.name):
        reason = load_truth(sibling).reason.value
        # Of two causes the second is left out: named rightly, it would earn its half.
        accusing = {"reason": reason, "second_component": "", "second_reason": ""}
        if reason != load_truth(of.case).reason and (score := of.score(**accusing)) > WRONG:
            yield f"{reason} earns {score}"
    before = Window(of.trail.health.start, of.trail.health.end - SLACK)
    early: list[Citation] = [*spans(of, before), *lines(of, before)[-3:]]
    yield from (f"{each.citation} is early" for each in of.findings(*early) if not each.problem)
    others = {named(action, service) for action in Action for service in BY_NAME}
    idle = sorted(others - {of_flag(remedy.flag) for remedy in of.case.scenario.remedies})
    yield from (f"{name} heals it" for name in idle[:2] if heals(of, name))
