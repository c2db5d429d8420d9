"""Looks for one incident's evidence in the recorded run of another."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from whodunit.incident.evidence import AnyCheck, LogCheck, SpanCheck
from whodunit.incident.loader import Case
from whodunit.incident.observation import Observation, evaluate
from whodunit.incident.phases import Unchanged
from whodunit.incident.visit_check import VisitCheck
from whodunit.runs.matrix import Match
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.recorded_telemetry import RecordedTelemetry

STEP = timedelta(seconds=2)
MOST_STEPS = 60
"""A long run is sampled less often: its incident comes again and again."""


class Comparison:
    """One recorded run, sampled from the onset to the first mitigation."""

    def __init__(self, run: RecordedRun) -> None:
        """Raises WrongUseError when the run's telemetry cannot be read."""
        self._telemetry: RecordedTelemetry = run.telemetry()
        self._onset, judged = run.onset, run.judged
        step = max(STEP, (judged[-1] - run.onset) / MOST_STEPS)
        steps = [run.onset + step * number for number in range(1, (judged[-1] - run.onset) // step + 1)]
        self._moments = sorted({*steps, *judged})

    def with_case(self, case: Case) -> Match:
        """The checks of `case` that hold in the run, and those that do not."""
        scenario = case.scenario
        expected, marks = _of_telemetry(scenario.expect.checks), _of_telemetry(scenario.tells.checks)
        healthy = [*_of_telemetry(scenario.quiet.checks), *self._beside_baseline(scenario.unchanged)]
        seen = {check.id for check in expected if self._is_seen(check)}
        return Match(
            seen=tuple(check.id for check in expected if check.id in seen),
            missing=tuple(check.id for check in expected if check.id not in seen),
            absent=tuple(check.id for check in marks if not self._is_seen(check)),
            broken=tuple(check.id for check in healthy if self._breaks(check)),
        )

    def close(self) -> None:
        """Release the memory."""
        self._telemetry.close()

    def _beside_baseline(self, unchanged: Unchanged) -> list[AnyCheck]:
        """The checks that these numbers stayed as they were before the onset of this run, where that was measured."""
        before = self._telemetry.at(self._onset)
        measured = ((metric, evaluate(before, metric, self._onset, None).value) for metric in unchanged.metrics)
        return [metric.beside(steady) for metric, steady in measured if steady is not None]

    def _is_seen(self, check: AnyCheck) -> bool:
        first = self._onset + timedelta(seconds=check.proves_after_s)
        return any(self._evaluate(check, now).held for now in self._moments_of(check) if now >= first)

    def _breaks(self, check: AnyCheck) -> bool:
        """As in a run: a check may be without a value at first, but not throughout."""
        judged = False
        for now in self._moments_of(check):
            seen = self._evaluate(check, now)
            if seen.value is not None and not seen.held:
                return True
            judged = judged or seen.value is not None
        return not judged

    def _moments_of(self, check: AnyCheck) -> Sequence[datetime]:
        if _only_grows(check):
            return self._moments[-1:]
        return self._moments

    def _evaluate(self, check: AnyCheck, now: datetime) -> Observation:
        return evaluate(self._telemetry.at(now), check, now, self._onset)


def _of_telemetry(checks: Sequence[AnyCheck]) -> list[AnyCheck]:
    """Without the checks of visits, whose figures are not recorded."""
    return [check for check in checks if not isinstance(check, VisitCheck)]


def _only_grows(check: AnyCheck) -> bool:
    """True if the check counts since the onset: it decides at the end as it would have before."""
    if isinstance(check, SpanCheck):
        return not check.in_trace_with
    return isinstance(check, LogCheck)
