"""Runs a scenario phase by phase, and leaves the shop as it was, whatever happens.

steady → (health) → precheck → baseline → fault → expect (with tells, unchanged, quiet) → (trouble) →
remedies, if asked for → clear → recover → books, after an outage; a scenario without faults: steady → negative
controls. What stands in brackets is of a run for a data set.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case
from whodunit.incident.metric_check import MetricCheck
from whodunit.incident.model import Scenario, Trigger
from whodunit.incident.negative_controls import NegativeControl
from whodunit.incident.phases import Remedy, Settled
from whodunit.incident.result import HEALTH, TROUBLE, CheckResult, PhaseResult, ScenarioResult
from whodunit.runner.ports import Clock, Lab, Observer, PhaseStart
from whodunit.runner.staging import InTheOpen, Staging, Stopped
from whodunit.runner.switches import SETTLE_S, books_result, clear_results, expect_within_s, set_results
from whodunit.runner.watching import (
    AllHold,
    EachHolds,
    EachMeasured,
    HoldsAtTheEnd,
    NoneBreaks,
    NoneHolds,
    Sampler,
    TimePasses,
    Watch,
    follow,
)
from whodunit.telemetry.port import Telemetry

MEASURED_WITHIN_S = 5.0
"""A shop that is healthy sooner than a window is long has less behind it; the health of a mystery lasts longer."""


@dataclass
class Runner:
    """Runs scenarios against one shop; in the open, unless `staging` says otherwise.

    `each_lasts_s` is how long health and trouble last at least, for a data set; 0 if nobody needs more of them.
    """

    telemetry: Telemetry
    lab: Lab
    clock: Clock
    observer: Observer
    staging: Staging | None = None
    each_lasts_s: float = 0.0
    _phases: list[PhaseResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Without a staging, the lab is told what to switch."""
        self._staging = self.staging or InTheOpen(self.lab, 2 * self.each_lasts_s)

    def run(
        self, case: Case, *, remedies: Sequence[Remedy] = (), controls: Sequence[NegativeControl] = ()
    ) -> ScenarioResult:
        """Run one scenario; raises LabError when the lab is gone. Load and faults are ended in any case."""
        self._phases = []
        started = self.clock.now()
        with ExitStack() as ends:
            for end in (self.lab.bring_back, self.lab.stop_load, self._staging.abandon):
                ends.callback(end)
            stopped = self._run_staged(case.scenario, remedies, controls)
        return ScenarioResult(
            scenario=case.name,
            title=case.scenario.title,
            phases=tuple(self._phases),
            started=started,
            seconds=(self.clock.now() - started).total_seconds(),
            stopped=stopped,
            faults=tuple(fault.label for fault in case.scenario.defects),
        )

    def _run_staged(self, scenario: Scenario, remedies: Sequence[Remedy], controls: Sequence[NegativeControl]) -> str:
        """Run the phases; returns why they stopped early, empty if they did not."""
        try:
            self._staging.open(scenario, remedies)
            self._run_phases(scenario, remedies, controls)
        except Stopped as reason:
            return str(reason)
        return ""

    def _run_phases(self, scenario: Scenario, remedies: Sequence[Remedy], controls: Sequence[NegativeControl]) -> None:
        self._settle("steady", "the shop is healthy under load", scenario.steady, or_stop=True)
        if scenario.alarms:
            self._watch_controls(scenario, controls, max(scenario.alarms.lasts, 2 * self.each_lasts_s))
            return
        self._lengthen(HEALTH, "the shop is left as it is, and is well", self.clock.now())
        self._precheck(scenario)
        beside = self._baseline(scenario)
        self._fault(scenario)
        onset = self.clock.now()
        self._expect(scenario, beside)
        self._lengthen(TROUBLE, "the shop is left as it is, and is not well", onset)
        for remedy in remedies:
            self._remedy(scenario, remedy)
        self._clear(scenario)
        if scenario.recover:
            self._settle("recover", "the shop is healthy again", scenario.recover)
        if scenario.outages:
            self._books()

    def _settle(self, name: str, about: str, section: Settled, *, or_stop: bool = False) -> None:
        started = self._start(name, about, section.within)
        # A recovery is judged by the sliding window alone: what the fault left in it has to go.
        since = started if or_stop else None
        watch = AllHold(self._sampler(started, since), section.checks, section.sustained)
        self._follow([watch], started, section.within)
        phase = self._end(name, started, watch.results())
        if or_stop and not phase.passed:
            raise Stopped(f"{about}: not so within {section.within:g} s, so no fault was injected")

    def _precheck(self, scenario: Scenario) -> None:
        started = self._start("precheck", "no symptom is there before the fault", 0)
        seen = [self._sampler(started, None).evaluate(check.even_once(), started) for check in scenario.expect.checks]
        results = [each.absence(shown=each.held, seconds=0) for each in seen]
        self.observer.sampled(results, 0)
        phase = self._end("precheck", started, results)
        if not phase.passed:
            early = ", ".join(check.id for check in phase.checks if not check.passed)
            raise Stopped(f"the scenario is wrong, these checks hold before the fault starts: {early}")

    def _baseline(self, scenario: Scenario) -> list[MetricCheck]:
        """Measures what the onset must leave as it is; returns the checks that it does."""
        if not scenario.unchanged.metrics:
            return []
        started = self._start("baseline", "what is to stay as it is, is measured", MEASURED_WITHIN_S)
        watch = EachMeasured(self._sampler(started, None), scenario.unchanged.metrics)
        self._follow([watch], started, MEASURED_WITHIN_S)
        phase = self._end("baseline", started, watch.results())
        if not phase.passed:
            missing = ", ".join(check.id for check in phase.checks if not check.passed)
            raise Stopped(f"too little was measured before the onset to tell whether it stays so: {missing}")
        measured = zip(scenario.unchanged.metrics, phase.checks, strict=True)
        return [metric.beside(check.observed) for metric, check in measured if check.observed is not None]

    def _fault(self, scenario: Scenario) -> None:
        about = "more visitors come" if scenario.trigger is Trigger.LOAD else "something breaks"
        started = self._start("fault", about, 0)
        self._staging.onset()
        self._end("fault", started, set_results(scenario.faults))

    def _expect(self, scenario: Scenario, beside: Sequence[MetricCheck]) -> None:
        within = expect_within_s(scenario)
        started = self._start("expect", "every symptom appears, and nothing else", within)
        sampler = self._sampler(started, started)
        symptoms = EachHolds(sampler, scenario.expect.checks, scenario.expect.within)
        marks = EachHolds(sampler, scenario.tells.checks, within)
        healthy = NoneBreaks(sampler, scenario.quiet.checks)
        unchanged = NoneBreaks(sampler, beside)
        self._follow([symptoms, marks, healthy, unchanged], started, within)
        self._end("expect", started, symptoms.results())
        for name, watch in {"tells": marks, "unchanged": unchanged, "quiet": healthy}.items():
            if watch.checks:
                self._end(name, started, watch.results())

    def _lengthen(self, name: str, about: str, since: datetime) -> None:
        """Wait until it has lasted long enough."""
        left_s = self.each_lasts_s - (self.clock.now() - since).total_seconds()
        if left_s > 0:
            started = self._start(name, about, left_s)
            self._follow([TimePasses()], started, left_s)
            self._end(name, started, ())

    def _remedy(self, scenario: Scenario, remedy: Remedy) -> None:
        name = f"remedy {', '.join(remedy.in_force)}"
        symptom = next(check for check in scenario.expect.checks if check.id == remedy.symptom)
        deadline = symptom.within or scenario.expect.within
        started = self._start(name, remedy.title, deadline + remedy.within)
        for fault in scenario.flags:
            self.lab.set_flag(fault.flag, fault.variant, fault.lasts)
        before = self._hold_each(started, [symptom], deadline)
        after = self._heal(scenario, remedy, symptom) if all(each.passed for each in before) else []
        self._end(name, started, [*before, *after])

    def _heal(self, scenario: Scenario, remedy: Remedy, symptom: AnyCheck) -> list[CheckResult]:
        applied = self.clock.now()
        for flag, variant in remedy.in_force.items():
            self.lab.set_flag(flag, variant, remedy.lasts or remedy.within + remedy.sustained + 60)
        sampler = self._sampler(applied, None)
        watch: Watch = AllHold(sampler, remedy.checks, remedy.sustained)
        if remedy.effect == "nothing":
            watch = HoldsAtTheEnd(sampler, symptom)
        self._follow([watch], applied, remedy.within)
        results = watch.results()
        marks = [check for check in scenario.tells.checks if check.id in remedy.still]
        if marks and all(each.passed for each in results):
            results += self._hold_each(self.clock.now(), marks, scenario.expect.within)
        for flag in remedy.in_force:
            self.lab.clear_flag(flag)
        return results

    def _clear(self, scenario: Scenario) -> None:
        started = self._start("clear", "the fault is taken away", 15)
        self._staging.over()
        self._end("clear", started, clear_results(self.lab, self.clock, scenario))

    def _books(self) -> None:
        """Audit the time of the outage, of which there is no telemetry."""
        started = self._start("books", "no order was lost while nobody was watching", SETTLE_S)
        self._end("books", started, [books_result(self.lab.audit(SETTLE_S))])

    def _watch_controls(self, scenario: Scenario, controls: Sequence[NegativeControl], lasts_s: float) -> None:
        started = self._start("quiet", "no symptom of any other scenario shows", lasts_s)
        sampler = self._sampler(started, started)
        silent, healthy = NoneHolds(sampler, controls, lasts_s), NoneBreaks(sampler, scenario.quiet.checks)
        self._follow([silent, healthy], started, lasts_s)
        self._end("quiet", started, [*silent.results(), *healthy.results()])

    def _hold_each(self, started: datetime, checks: Sequence[AnyCheck], within_s: float) -> list[CheckResult]:
        watch = EachHolds(self._sampler(started, started), checks, within_s)
        self._follow([watch], started, within_s)
        return watch.results()

    def _sampler(self, started: datetime, since: datetime | None) -> Sampler:
        return Sampler(self.telemetry, self.lab, started, since)

    def _follow(self, watches: Sequence[Watch], started: datetime, within_s: float) -> None:
        follow(watches, self.lab, self.clock, self.observer, started + timedelta(seconds=within_s), started)

    def _start(self, name: str, about: str, within_s: float) -> datetime:
        self.observer.phase_started(PhaseStart(name, about, within_s))
        return self.clock.now()

    def _end(self, name: str, started: datetime, checks: Sequence[CheckResult]) -> PhaseResult:
        seconds = (self.clock.now() - started).total_seconds()
        phase = PhaseResult(name, tuple(checks), started, seconds)
        self._phases.append(phase)
        self.observer.phase_ended(phase)
        return phase
