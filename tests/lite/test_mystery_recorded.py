"""The grader on what was really recorded: what a player would cite from each incident, and what looks like it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench.shop import Shop
from tests.lite.test_matrix import newest_that_passed
from whodunit.incident import catalogue
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.proved import proved_on
from whodunit.mystery.answer import Answer
from whodunit.mystery.facts import SHORTEST_TEXT, Fact, gather, speakers
from whodunit.mystery.healing import Healing
from whodunit.mystery.mitigations import offers
from whodunit.mystery.plan import Mitigation
from whodunit.runs import recordings as kept_recordings
from whodunit.runs.recorded_run import RecordedRun, read
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window

PROVES = Fact(exists=True, in_window=True, shows_component=True, shows_symptom=True)
EARLIER = Fact(exists=True)
NOWHERE = Fact()


@dataclass(frozen=True)
class Recording:
    """One incident as it was recorded, while it was left alone."""

    case: Case
    run: RecordedRun
    telemetry: Telemetry

    @property
    def trouble(self) -> Window:
        """As long as nobody did anything about it."""
        return Window(self.run.onset, max(self.run.judged))

    @property
    def health(self) -> Window:
        """Before it."""
        return Window(self.run.start - timedelta(minutes=5), self.run.onset - timedelta(seconds=5))

    @property
    def speakers(self) -> list[str]:
        """Whose telemetry tells of the component at fault."""
        return sorted(speakers(load_truth(self.case).component or ""))

    def fact(self, **cited: Any) -> Fact:
        """What the grader finds out about one piece of evidence."""
        component = load_truth(self.case).component or ""
        facts = gather(self.telemetry, self.case.scenario, component, Answer(**cited), self.trouble)
        return next(fact for fact in (facts.trace, facts.log, facts.metric) if fact)


def recordings(folders: list[Path]) -> Iterator[Recording]:
    """Of every incident among these runs."""
    for folder in folders:
        run = read(folder)
        case = catalogue.find(run.name)
        if case.scenario.flags:
            with closing(run.telemetry()) as telemetry:
                yield Recording(case, run, telemetry.at(max(run.judged)))


def unusual_traces(of: Recording) -> set[str]:
    """What a search for the symptoms leads to."""
    telemetry, expect = of.telemetry, of.case.scenario.expect
    spans = [telemetry.spans(check.query(), of.trouble, 20).sample for check in expect.spans]
    lines = [telemetry.logs(check.query(), of.trouble, 20).sample for check in expect.logs]
    traces = [
        *(span.trace_id for found in spans for span in found),
        *(line.trace_id for found in lines for line in found),
    ]
    return {trace for trace in traces if trace}


def full_marks(of: Recording) -> list[str]:
    """What earns them, of all that the scenario promises: kinds of evidence."""
    expect = of.case.scenario.expect
    lines = {check.body or check.contains or "" for check in expect.logs}
    cited = {
        "trace": [{"trace": trace} for trace in unusual_traces(of)],
        "log": [{"log": line} for line in lines],
        "metric": [{"metric": name} for name in {check.name for check in expect.metrics}],
    }
    return [kind for kind, answers in cited.items() if PROVES in (of.fact(**answer) for answer in answers)]


def early_traces(of: Recording) -> list[str]:
    """What whoever may be at fault did before."""
    found = partial(of.telemetry.spans, window=of.health, limit=3)
    return [span.trace_id for service in of.speakers for span in found(SpanQuery(service=service)).sample]


def dull_lines(of: Recording) -> set[str]:
    """What is said in health as well, and is no symptom."""
    telemetry, expect = of.telemetry, of.case.scenario.expect
    before = {line.body for line in telemetry.logs(LogQuery(), of.health, 1000).sample}
    symptoms = {check.body or check.contains or "" for check in expect.logs}
    return {text for text in before if len(text) >= SHORTEST_TEXT and not any(each in text for each in symptoms)}


def heals(of: Recording, flag: str) -> bool:
    """Whether the grader takes it for what ended the symptoms, which go on."""
    scenario, start_s = of.case.scenario, of.trouble.start.timestamp() + 5
    healing, tried = (
        Healing(of.telemetry, scenario, of.trouble.start.timestamp()),
        Mitigation(flag=flag, applied_s=start_s),
    )
    moments = (of.trouble.start + timedelta(seconds=second) for second in range(5, int(of.trouble.seconds)))
    return any(healing.evaluate(tried, moment) for moment in moments)


@pytest.fixture(scope="module")
def played(recorded: Shop) -> Iterator[Recording]:
    """Every incident: the runs that were verified here, and the kept ones of the rest."""
    kept = {case.name: kept_recordings.kept(case).run.folder for case in proved_on("lite")}
    fresh = {name: Path(folder) for name, folder in newest_that_passed(recorded).items()}
    return recordings([*(kept | fresh).values()])


def faults_of(of: Recording) -> list[str]:
    """What is wrong with the grader's findings on one incident."""
    early = early_traces(of)
    wrong = [f"{of.case.name}: no full marks for anything"] if "trace" not in full_marks(of) else []
    wrong += [f"{of.case.name}: no trace from before"] if not early else []
    wrong += [f"{of.case.name}: {trace} is early" for trace in early if of.fact(trace=trace) != EARLIER]
    wrong += [f"{of.case.name}: {line} is dull" for line in dull_lines(of) if of.fact(log=line).in_window]
    wrong += [f"{of.case.name}: invented"] if of.fact(trace="ab" * 16) != NOWHERE else []
    others = {offer.flag for offer in offers()} - {remedy.flag for remedy in of.case.scenario.remedies}
    return wrong + [f"{of.case.name}: {flag} heals it" for flag in sorted(others)[:2] if heals(of, flag)]


def test_what_shows_it_gets_full_marks_and_what_came_before_does_not(played: Iterator[Recording]) -> None:
    found = [(of.case.name, faults_of(of)) for of in played]
    assert {name for name, _ in found} == {case.name for case in proved_on("lite") if case.scenario.flags}
    assert [wrong for _, each in found for wrong in each] == []
